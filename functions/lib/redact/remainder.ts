import { ContentRemoval } from '../../../events/content-removal.ts';
import type { Standing } from '../../../events/decisions/decide-redaction.ts';
import { NotPublishedYet, StateConflict } from '../../../events/input/errors.ts';
import { maximumRevisionsOfEvent } from '../../../events/input/limits.ts';
import { takesDown } from '../../../events/redaction.ts';
import { NoteReview } from '../../../events/redaction-note.ts';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { readableRevisionsOf } from '../event-log/log.ts';
import { publishedPage } from '../event-log/published.ts';
import { standInFor } from '../event-log/stand-in.ts';
import { UnreadableItem } from '../runtime/stored-item.ts';

/** Revisions may have 64 KiB each, and a read returns 1 MB at most. */
const revisionsPerPage = 100;

/**
 * From so many revisions on, a newsroom can take down those that have content of their own, and no more redactions
 * alone: each of them would add one and read all. There are not so many others, and taking down the whole event is
 * never refused, nor is the operator.
 */
const manyRevisions = 2 * maximumRevisionsOfEvent;

/**
 * The published revisions of an event. One that cannot be read may be taken down.
 *
 * @throws {StateConflict} when one that stays cannot be read: nobody knows what is carried on of it
 */
async function* publishedRevisions(redaction: Revision): AsyncGenerator<PublishedRevision> {
  const { eventId } = redaction;
  const standIn = standInFor(redaction, (revision) => takesDown(redaction, { revision }));
  for (let after = -1, more = true; more; ) {
    const page = await publishedPage(eventId, after, revisionsPerPage, standIn).catch((error) => {
      if (!(error instanceof UnreadableItem)) throw error;
      throw new StateConflict(`${error.message} Name it too, or leave out revisions to take all of the event down.`);
    });
    yield* page.revisions;
    after = page.revisions.at(-1)?.revision ?? after;
    more = page.more;
  }
}

function shownCorrection({ kind, note = '', publishedAt, changed = [], correction }: PublishedRevision) {
  if (kind === 'corrected') return { correction: { note, at: publishedAt, changed } };
  return correction ? { correction } : {};
}

/**
 * Compares the note of a redaction of a whole event with the revisions that it takes down, as far as they can be read.
 *
 * @throws {InvalidInput} when it repeats words of theirs
 */
async function reviewWhole(redaction: Revision): Promise<void> {
  const review = new NoteReview(redaction.note ?? '');
  for await (const revision of readableRevisionsOf(redaction.eventId)) {
    review.compare(revision);
    if (review.isDecided) break;
  }
  review.assertRepeatsNothing();
}

/** What a redaction of some revisions leaves, or the revision that did the same before. */
export type Remainder = { readonly standing: Standing } | { readonly replayed: Revision };

/**
 * What stays once some revisions are taken down: those of the redaction, and those of earlier redactions, whose content
 * may still be in the log.
 */
async function cleanStanding(redaction: Revision, revisions: readonly number[]): Promise<Standing> {
  const all = { ...redaction, redaction: { ...redaction.redaction, revisions } } as Revision;
  const removal = new ContentRemoval(all);
  let last: PublishedRevision | null = null;
  for await (const revision of publishedRevisions(all)) last = removal.next(revision);
  if (last?.revision !== redaction.revision - 1) {
    throw new NotPublishedYet('The event has a revision that is not published yet. Try again in a second.');
  }
  return { revision: last.revision, values: removal.values, ...shownCorrection(last) };
}

/**
 * Reads all revisions of an event to find what stays of it once some are taken down, and compares the note with those.
 *
 * @throws {NotFound} when the latest revision is not published yet: then it is not known what its entry shows
 * @throws {StateConflict} when all of them were taken down before, or one that stays cannot be read
 * @throws {InvalidInput} when the note repeats words of what is taken down, unless that is confirmed
 */
async function standingAfter(redaction: Revision, confirmNote: boolean): Promise<Remainder> {
  const review = new NoteReview(redaction.note ?? '');
  const named = new Set<number>();
  const left = new Set(redaction.redaction?.revisions);
  const redactions = new Set<number>();
  for await (const revision of publishedRevisions(redaction)) {
    if (revision.redaction) redactions.add(revision.revision);
    if (revision.redaction && revision.digest === redaction.digest) return { replayed: revision };
    if (takesDown(redaction, revision)) review.compare(revision);
    for (const number of revision.redaction?.revisions ?? []) {
      named.add(number);
      left.delete(number);
    }
  }
  if (left.size === 0) throw new StateConflict('These revisions were taken down before.');
  const hasContent = [...left].some((number) => !redactions.has(number));
  if (redaction.revision >= manyRevisions && redaction.redaction?.by === 'newsroom' && !hasContent) {
    throw new StateConflict(
      `This event has ${redaction.revision} revisions. Name one that is no redaction, or leave out revisions to take all of it down.`,
    );
  }
  if (!confirmNote) review.assertRepeatsNothing();
  return { standing: await cleanStanding(redaction, [...named, ...left]) };
}

/** Does some work when it may begin, or refuses it. */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * What stays of an event once a redaction is carried out; null if it is taken down whole.
 *
 * @param redaction the redaction, whose own content is not decided yet
 * @param confirmNote whether the note may repeat what it takes down
 * @param inTurn does what reads all revisions of the event. Nothing is read if the whole event is taken down with a
 *   note that is confirmed
 * @throws {Error} as `standingAfter` and `inTurn` do
 */
export async function remainderOf(
  redaction: Revision,
  confirmNote: boolean,
  inTurn: InTurn,
): Promise<Remainder | null> {
  if (redaction.redaction?.revisions) return inTurn(() => standingAfter(redaction, confirmNote));
  if (!confirmNote) await inTurn(() => reviewWhole(redaction));
  return null;
}
