import { eventIdOf, sourceOf } from '../../events/identity.ts';
import { failureOf } from '../api/failure-of.ts';
import type { Entry, TimelineApi } from '../api/timeline-api.ts';
import { CommandFailure, type Terminal } from '../terminal/cli.ts';
import { safeText } from '../terminal/safe-text.ts';
import type { Line } from './read-lines.ts';

/** The largest page of a timeline. */
const entriesPerPage = 500;

/** The statuses by which the API refuses to retract an event that is retracted, or whose content was taken down. */
const alreadyGone = [409, 410];
/**
 * The statuses by which it refuses one event, and not all of them: somebody corrected it, or the key is not for its
 * story.
 */
const ofOneEvent = [403, 404, 412];

/** An event that is in the record, and that the file does not have. */
interface MissingEvent {
  readonly id: string;
  readonly revision: number;
  readonly when: string;
  readonly headline: string;
}

/** What came of the events that the file does not have. */
export interface Retracted {
  readonly missing: readonly Omit<MissingEvent, 'revision'>[];
  readonly retracted: number;
  /** Why events that are missing were not retracted. Absent if all of them were. */
  readonly kept?: string;
}

export interface RetractOptions {
  /** The public reason. */
  readonly note: string;
  readonly isDryRun: boolean;
  /** Whether they are retracted without a question. */
  readonly isConfirmed: boolean;
  /** How many events are to be retracted, by the word of the person who confirms it. */
  readonly count?: number | undefined;
  /** Shows a line of the list. */
  readonly show: (line: string) => void;
  readonly ask: Terminal['ask'];
  readonly onProgress: (done: number, total: number) => void;
}

interface Scope {
  readonly newsroom: string;
  readonly lines: readonly Line[];
}

const storiesOf = (lines: readonly Line[]) =>
  new Set(lines.map(({ text }) => (JSON.parse(text) as { readonly subject: string }).subject));

/** The public ids of the events of a file, by the ids of their newsroom. */
function idsOf({ lines, newsroom }: Scope): Set<string> {
  const own = sourceOf(newsroom);
  return new Set(
    lines.map(({ text }) => {
      const { id, source = own } = JSON.parse(text) as { readonly id: string; readonly source?: string };
      return eventIdOf(source, id);
    }),
  );
}

const missingEvent = ({ id, revision, when, data }: Entry): MissingEvent => ({
  id,
  revision,
  when: when.edtf,
  headline: data.headline,
});

/** The events that a file does not have. */
interface Found {
  readonly missing: readonly MissingEvent[];
  /** The number of events of the newsroom in the stories of the file. */
  readonly total: number;
  /**
   * The stories of which half of the events or more are missing: the file may be half a file, or name a story by
   * mistake.
   */
  readonly storiesAtRisk: readonly string[];
}

/**
 * Finds the events of a newsroom in the stories of a file that the file does not have. It walks through the timelines
 * of these stories, as they are at one instant each. An event that has another story as its own is not among them, even
 * if it belongs to one of these too.
 */
async function findMissing(api: TimelineApi, scope: Scope): Promise<Found> {
  const ids = idsOf(scope);
  const { newsroom } = scope;
  const missing: MissingEvent[] = [];
  const storiesAtRisk: string[] = [];
  let total = 0;
  for (const story of storiesOf(scope.lines)) {
    const before = { total, missing: missing.length };
    for await (const entry of api.walk({ story, newsroom, limit: entriesPerPage })) {
      if (entry.story !== story || entry.newsroom !== newsroom) continue;
      total += 1;
      if (!ids.has(entry.id)) missing.push(missingEvent(entry));
    }
    const missingHere = missing.length - before.missing;
    if (missingHere > 0 && missingHere * 2 >= total - before.total) storiesAtRisk.push(story);
  }
  return { missing, total, storiesAtRisk };
}

const eventsOf = (count: number) => (count === 1 ? '1 event' : `${count} events`);

/** Why nothing is retracted; null if it is confirmed. For half of a story or more, a yes is not enough. */
async function refusalOf(
  { missing, storiesAtRisk }: Found,
  { count, isConfirmed, ask }: RetractOptions,
): Promise<string | null> {
  const number = missing.length;
  if (count !== undefined && count !== number) {
    return `Nothing was retracted: --retract-count is ${count}, but the file lacks ${eventsOf(number)}.`;
  }
  const isMuch = storiesAtRisk.length > 0 && count === undefined;
  const doubt = isMuch ? `That is half or more of ${storiesAtRisk.join(', ')}. Is the file whole? ` : '';
  if (isMuch && (isConfirmed || !ask)) {
    return `Nothing was retracted. ${doubt}If it is, say how many are to be retracted: --retract-count ${number}`;
  }
  if (isConfirmed || !ask) return null;
  const expected = isMuch ? String(number) : 'yes';
  const them = number === 1 ? 'it' : 'them';
  const answer = await ask(`${doubt}To retract ${them} for good, type ${isMuch ? 'the number' : expected}: `);
  return answer.trim().toLowerCase() === expected ? null : 'Nothing was retracted: it was not confirmed.';
}

/** Retracts an event. @returns why the API refuses it; null if it is retracted */
async function retractOne(api: TimelineApi, { id, revision }: MissingEvent, note: string): Promise<string | null> {
  try {
    await api.retract(id, revision, note);
    return null;
  } catch (error) {
    const { status = 0, message } = error as Error & { readonly status?: number };
    if (alreadyGone.includes(status)) return null;
    if (ofOneEvent.includes(status)) return message;
    throw error;
  }
}

/**
 * Retracts the events of a newsroom that are in the record, in the stories of a file, and no longer in the file. They
 * are listed first, and retracted only if that is confirmed. Each retraction builds on the revision that was listed, so
 * an event that somebody corrects in the meantime stays. It can be run again: what is retracted is in no timeline any
 * more.
 *
 * @param url the address of the API, for errors
 * @throws {CommandFailure} when the API does not respond, or refuses all of them
 */
export async function retractMissing(
  api: TimelineApi,
  scope: Scope,
  options: RetractOptions,
  url: string,
): Promise<Retracted> {
  const { note, isDryRun, show, onProgress } = options;
  const found = await findMissing(api, scope);
  const { missing } = found;
  const listed = missing.map(({ revision: _, ...event }) => event);
  if (missing.length === 0) return { missing: listed, retracted: 0 };
  const are = missing.length === 1 ? 'is' : 'are';
  show(`${missing.length} of ${eventsOf(found.total)} of your newsroom in these stories ${are} not in the file:`);
  for (const { id, when, headline } of missing) show(`  ${[when, id, headline].map(safeText).join('  ')}`);
  if (isDryRun) return { missing: listed, retracted: 0 };
  const refusal = await refusalOf(found, options);
  if (refusal !== null) return { missing: listed, retracted: 0, kept: refusal };
  const refused: string[] = [];
  for (const [index, event] of missing.entries()) {
    onProgress(index, missing.length);
    try {
      const reason = await retractOne(api, event, note);
      if (reason !== null) refused.push(`${event.id}: ${safeText(reason)}`);
    } catch (error) {
      const failure = failureOf(error, url);
      if (!(failure instanceof CommandFailure)) throw failure;
      const done = index - refused.length;
      throw new CommandFailure(
        `${failure.message}\n${eventsOf(done)} of ${missing.length} were retracted. Run the import again to retract the rest.`,
      );
    }
  }
  onProgress(missing.length, missing.length);
  const kept = refused.length > 0 ? { kept: refused.join('\n') } : {};
  return { missing: listed, retracted: missing.length - refused.length, ...kept };
}
