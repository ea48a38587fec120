import { randomBytes, randomUUID } from 'node:crypto';
import { decide } from '../../../events/decisions/decide.ts';
import { evolve, initialState } from '../../../events/decisions/event-state.ts';
import { eventIdOf } from '../../../events/identity.ts';
import { isWholeRedaction, type Redaction } from '../../../events/redaction.ts';
import { NoteReview } from '../../../events/redaction-note.ts';
import { hashOfSlug, renameBy } from '../../../events/slug-move.ts';
import { type Story, storySource } from '../../../events/story.ts';
import type { AccessTable } from '../keys/access-table.ts';
import type { StoredMove } from '../redactions/moves.ts';
import { catchUp, readHead } from './known-story.ts';
import { StoryFailure } from './story-failure.ts';

/** What is moved, and why. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly note: string;
  readonly reason: Redaction['reason'];
  readonly confirmNote: boolean;
}

export interface MoveOptions {
  readonly access: AccessTable;
  /** Lets `erase-content` go on: waits for it, or does what it would do. */
  readonly carryOn: () => Promise<void>;
  readonly onProgress: (sentence: string) => void;
  /** How long the old timelines stay after the switch; milliseconds. */
  readonly graceMs?: number;
}

const saltBytes = 16;
const storyId = (slug: string) => eventIdOf(storySource, slug);

/** The move of a story that is not done; null if there is none. */
async function openMove({ from, to }: Move): Promise<StoredMove | null> {
  const { allMoves } = await import('../redactions/moves.ts');
  const isSame = (move: StoredMove) => move.to === to && hashOfSlug(from, move.salt) === move.hash;
  return (await allMoves()).find((move) => move.step !== 'done' && isSame(move)) ?? null;
}

async function keep(move: StoredMove, before: StoredMove | null): Promise<StoredMove> {
  const { keepMove } = await import('../redactions/moves.ts');
  if (await keepMove(move, before)) return move;
  throw new StoryFailure('Another process moves the story. Run it again to see how far it is.');
}

/** The note is public for ever: it must not repeat the slug that it explains. */
function reviewNote({ from, note, confirmNote }: Move): void {
  if (confirmNote) return;
  const review = new NoteReview(note);
  review.compareText(from);
  review.assertRepeatsNothing();
}

/**
 * The title and the description of the old story are content, which may name what the slug names: the new story begins
 * without them.
 */
function keptOf({ timezone, language, contributors }: Partial<Story> = {}): NonNullable<StoredMove['kept']> {
  return { ...(timezone && { timezone }), ...(language && { language }), ...(contributors && { contributors }) };
}

/** The move of a story, after it was checked that it can be moved; null if no story has the old slug. */
async function begin(move: Move): Promise<StoredMove | null> {
  const { latestRevision } = await import('../event-log/log.ts');
  const { from, to, reason, note } = move;
  reviewNote(move);
  await catchUp(storyId(from));
  const [head, target, described] = await Promise.all([readHead(from), readHead(to), latestRevision(storyId(from))]);
  const newsroom = head?.owner?.newsroom ?? described?.newsroom;
  if (newsroom === undefined || (!head && described && isWholeRedaction(described))) return null;
  const other = target?.owner?.newsroom;
  if (other !== undefined && other !== newsroom) {
    throw new StoryFailure(`${to} belongs to ${other}. Name a slug that no story has, or one of ${newsroom}.`);
  }
  const salt = randomBytes(saltBytes).toString('base64url');
  const now = new Date().toISOString();
  const kept = keptOf(head?.story);
  const job = { id: randomUUID(), to, salt, hash: hashOfSlug(from, salt), reason, note, newsroom, kept } as const;
  return keep({ ...job, requestedAt: now, step: 'announce', through: 0, since: now }, null);
}

/** The description of the new story. A run that was killed may have taken that of the old one down. */
async function descriptionOf({ from, to }: Move, { kept }: StoredMove): Promise<Story> {
  const target = (await readHead(to))?.story;
  if (target) {
    const { revision: _, ...story } = target;
    return story;
  }
  return { ...(kept ?? keptOf((await readHead(from))?.story)), title: to };
}

/** Takes down what described the old slug. */
async function redactDescription({ from, note, reason, confirmNote }: Move): Promise<void> {
  const { latestRevision } = await import('../event-log/log.ts');
  const { redact } = await import('../redact/redact.ts');
  const { sequence } = await import('../sequence/sequencer.ts');
  const latest = await latestRevision(storyId(from));
  if (!latest || isWholeRedaction(latest)) return;
  const options = { now: Date.now(), requestId: `move-${randomUUID()}` };
  await redact({ eventId: storyId(from), note, reason, newsroom: null, confirmNote }, options);
  await sequence([storyId(from)]);
}

/**
 * Puts the new story and the redaction of the old slug on the record. What was put by an earlier run is not put again.
 */
async function announce(stored: StoredMove, description: Story): Promise<void> {
  const { append, latestRevision } = await import('../event-log/log.ts');
  const { to: story, note, reason, newsroom, requestedAt } = stored;
  const eventId = storyId(story);
  const latest = await latestRevision(eventId);
  const isOwn = latest?.recordedAt === requestedAt;
  if (isOwn && latest.redaction) return;
  const command = { kind: 'move', story, note, reason, newsroom, description } as const;
  const revisions = decide(command, latest ? evolve(initialState, latest) : initialState, Date.parse(requestedAt));
  for (const revision of isOwn ? revisions.slice(1) : revisions) {
    const number = isOwn ? latest.revision + 1 : revision.revision;
    if (await append({ ...revision, revision: number }, `move-${stored.id}`)) {
      throw new StoryFailure(`The story ${story} was changed meanwhile. Run it again.`);
    }
  }
}

/**
 * Gives keys that may write to the old slug the new one, and takes the old one away at the end.
 *
 * @returns keys with patterns left to change
 */
async function changeKeys(table: AccessTable, { from, to }: Move, isEnd: boolean): Promise<string[]> {
  const { listAccessKeys, setStories } = await import('../keys/access-table.ts');
  const left: string[] = [];
  for (const { keyId, stories } of await listAccessKeys(table)) {
    if (stories.includes(from)) {
      const changed = stories.filter((story) => !(isEnd && story === from) && story !== to);
      await setStories(table, keyId, [...changed, to]);
    }
    if (stories.some((pattern) => pattern.includes('*') && from.startsWith(pattern.split('*')[0] as string))) {
      left.push(keyId);
    }
  }
  return left;
}

/** Rebuilds the timelines from the log, which has the new slug by now, and renames the slug where a command may. */
async function finish(move: Move, stored: StoredMove, { access, onProgress, graceMs }: MoveOptions): Promise<void> {
  const { rebuild } = await import('../rebuild/rebuild.ts');
  const { replaceSlug } = await import('../subscribers/endpoints/rename-story.ts');
  const { renameInHeldEvents } = await import('../held-events/rename-held.ts');
  onProgress('The timelines are rebuilt.');
  // A rebuild that was begun before may have read the old slug.
  await rebuild({ acceptDifferences: true, anew: true, ...(graceMs !== undefined && { graceMs }) });
  onProgress('The slug is replaced in endpoints, deliveries, held events and keys.');
  await replaceSlug(move);
  // A publication that began before the move and has not ended by now was interrupted, and goes on under the new slug.
  await renameInHeldEvents(renameBy(stored), { alsoPublishing: true });
  for (const keyId of await changeKeys(access, move, true)) {
    onProgress(
      `The key ${keyId} has a pattern of stories with a star. If it names the old slug, revoke it and create another.`,
    );
  }
}

/**
 * Moves a story to another slug and takes the old one down. It continues where an earlier run ended, and each step may
 * be done again.
 *
 * @returns whether there was such a story
 */
export async function moveStory(move: Move, options: MoveOptions): Promise<boolean> {
  const { allMoves } = await import('../redactions/moves.ts');
  const { addSlugToFilters } = await import('../subscribers/endpoints/rename-story.ts');
  const { renameInHeldEvents } = await import('../held-events/rename-held.ts');
  let stored = (await openMove(move)) ?? (await begin(move));
  if (!stored) return false;
  if (stored.step === 'announce') {
    const description = await descriptionOf(move, stored);
    await redactDescription(move);
    await announce(stored, description);
    await catchUp(storyId(move.to));
    await addSlugToFilters(move);
    await changeKeys(options.access, move, false);
    // What is published from now on has the new slug. What is being published comes into the log before it is renamed
    // again.
    await renameInHeldEvents(renameBy(stored));
    stored = await keep({ ...stored, step: 'rename' }, stored);
  }
  while (stored.step === 'rename' || stored.step === 'renameAgain') {
    options.onProgress(`The slug is renamed in the log, up to position ${stored.through}.`);
    await options.carryOn();
    const { id } = stored;
    stored = (await allMoves()).find((one) => one.id === id) as StoredMove;
  }
  if (stored.step === 'rebuild') {
    await finish(move, stored, options);
    await keep({ ...stored, step: 'invalidate', since: new Date().toISOString() }, stored);
  }
  return true;
}
