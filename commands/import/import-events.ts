import { isDeepStrictEqual } from 'node:util';
import { maximumBatchEvents } from '../../events/input/limits.ts';
import { CommandFailure } from '../terminal/cli.ts';
import { assertElsewhere } from './assert-elsewhere.ts';
import { type Compared, lineComparer } from './compare-line.ts';
import { type EventPoster, eventPoster, type Target } from './event-poster.ts';
import { type Line, type Refusal, readLines } from './read-lines.ts';
import { type Imported, Tally } from './tally.ts';

/** Below the limit of a request, since a few characters take more bytes when they are escaped. */
const bytesPerBatch = 900_000;

/** How an import treats what is stored already. */
interface StoredOptions {
  /**
   * Corrects events that are stored with other content, and is their public note. Without it such lines are refused.
   */
  readonly note?: string | undefined;
}

interface ImportOptions extends StoredOptions {
  readonly idPointer?: string | undefined;
  readonly onComputedIds?: (lines: readonly number[]) => void;
  readonly onRead?: (lines: readonly Line[]) => void;
}

type Problem = { detail?: string; message?: string; errors?: { pointer?: string; detail: string }[] };

function* batchesOf(lines: readonly Line[]): Generator<Line[]> {
  let batch: Line[] = [];
  let bytes = 0;
  for (const line of lines) {
    const size = Buffer.byteLength(line.text) + 1;
    if (batch.length === maximumBatchEvents || (batch.length > 0 && bytes + size > bytesPerBatch)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function reasonsByIndex({ errors = [] }: Problem): Map<number, string> {
  const reasons = new Map<number, string>();
  for (const { pointer = '', detail } of errors) {
    const [, index, rest] = /^\/(\d+)(.*)$/.exec(pointer) ?? [];
    if (index === undefined) continue;
    const reason = rest ? `${rest}: ${detail}` : detail;
    const known = reasons.get(Number(index));
    reasons.set(Number(index), known ? `${known}; ${reason}` : reason);
  }
  return reasons;
}

/** What an import of lines needs. */
interface Importer {
  readonly post: EventPoster;
  readonly compare: (line: Line) => Promise<Compared>;
  readonly note: string | undefined;
  readonly tally: Tally;
}

/**
 * Counts what became of the lines of a batch that the server has taken. A line that conflicts is compared with what is
 * stored: its event may have been corrected to what the line says. With a note, each line that was stored before is
 * compared, since it may have been corrected to something else.
 */
async function addResults(
  batch: readonly Line[],
  results: readonly { readonly outcome: string }[],
  { compare, note, tally }: Importer,
): Promise<void> {
  const stored: Line[] = [];
  for (const [index, line] of batch.entries()) {
    const outcome = results[index]?.outcome;
    if (outcome === 'created') tally.created();
    else if (outcome === 'conflict' || note !== undefined) stored.push(line);
    else tally.stored({ outcome: outcome === 'redacted' ? 'redacted' : 'same' }, line);
  }
  for (const line of stored) tally.stored(await compare(line), line);
}

/**
 * Posts a batch. Lines that the server refuses are taken out, and the rest is posted again. If the response does not
 * say which lines the server refuses, halves of the batch are posted until the lines are found.
 */
async function importBatch(importer: Importer, batch: readonly Line[]): Promise<void> {
  if (batch.length === 0) return;
  const { status, answer } = await importer.post(`[${batch.map(({ text }) => text).join(',')}]`);
  if (status === 200) {
    await addResults(batch, (answer as { results: { outcome: string }[] }).results, importer);
    return;
  }
  const problem = answer as Problem;
  const reasons = reasonsByIndex(problem);
  if (reasons.size > 0) {
    importer.tally.refuse(...[...reasons].map(([index, reason]) => ({ line: batch[index]?.number ?? 0, reason })));
    const others = batch.filter((_, index) => !reasons.has(index));
    await importBatch(importer, others);
    return;
  }
  const [only] = batch;
  if (only && batch.length === 1) {
    importer.tally.refuse({ line: only.number, reason: problem.detail ?? `${status}` });
    return;
  }
  const middle = Math.ceil(batch.length / 2);
  await importBatch(importer, batch.slice(0, middle));
  await importBatch(importer, batch.slice(middle));
}

/**
 * The lines that may correct what is stored, and those that may not: an event of which a file has two contents would be
 * corrected to one and then to the other, and again by each import of the file.
 */
function withOneContent(all: readonly Line[]): {
  readonly lines: readonly Line[];
  readonly refused: readonly Refusal[];
} {
  const first = new Map<string, { readonly number: number; readonly event: object }>();
  const lines: Line[] = [];
  const refused: Refusal[] = [];
  for (const line of all) {
    const event = JSON.parse(line.text) as { readonly id?: unknown; readonly source?: unknown };
    const { id, source = null } = event;
    const key = JSON.stringify([source, id]);
    const known = first.get(key);
    if (!known) first.set(key, { number: line.number, event });
    if (!known || isDeepStrictEqual(known.event, event)) lines.push(line);
    else {
      const reason = `Has the id ${JSON.stringify(id)}, like line ${known.number}, with other content. Remove one of them.`;
      refused.push({ line: line.number, reason });
    }
  }
  return { lines, refused };
}

/**
 * What was imported before an import stopped is said with the reason: it would be lost otherwise.
 *
 * @throws {Error} always
 */
function stoppedAfter({ created, replayed, corrected = 0, refused }: Imported, error: unknown): never {
  if (!(error instanceof CommandFailure) || created + replayed + corrected + refused.length === 0) throw error;
  const corrections = corrected > 0 ? `${corrected} corrected, ` : '';
  throw new CommandFailure(
    `${error.message}\nBefore that: ${created} created, ${replayed} replayed, ${corrections}${refused.length} refused.`,
  );
}

/**
 * Posts lines with events, in batches. It can be run again at any time: events that are stored already are replayed.
 *
 * @param onProgress called after each batch with the number of lines that are done, and of all lines
 * @throws {CommandFailure} when the server cannot be reached, or does not accept the key
 */
export async function importLines(
  all: readonly Line[],
  target: Target,
  onProgress: (done: number, total: number) => void = () => {},
  { note }: StoredOptions = {},
): Promise<Imported> {
  const { lines, refused } = note === undefined ? { lines: all, refused: [] } : withOneContent(all);
  const post = eventPoster(target);
  const tally = new Tally(refused, note !== undefined);
  const importer = { post, compare: lineComparer(post, target, note), note, tally };
  let done = 0;
  onProgress(done, lines.length);
  for (const batch of batchesOf(lines)) {
    await importBatch(importer, batch).catch((error) => stoppedAfter(tally.imported, error));
    done += batch.length;
    onProgress(done, lines.length);
  }
  return tally.imported;
}

/**
 * Posts every line of NDJSON as an event, like `importLines`.
 *
 * @param content bytes, so that a line that is not UTF-8 can be refused; or a text
 * @param options where the ids of events that have none are, as a JSON pointer; and what is called, before anything is
 *   posted, with the numbers of the lines whose ids are computed, and with the lines that may be events
 * @throws {CommandFailure} when the server cannot be reached, does not accept the key, or is the one that the lines
 *   were exported from
 */
export async function importEvents(
  content: string | Uint8Array,
  target: Target,
  onProgress?: (done: number, total: number) => void,
  { idPointer, onComputedIds, onRead, note }: ImportOptions = {},
): Promise<Imported> {
  const { lines, refused } = readLines(typeof content === 'string' ? Buffer.from(content) : content, idPointer);
  onRead?.(lines);
  const computed = lines.filter(({ isIdComputed }) => isIdComputed).map(({ number }) => number);
  if (computed.length > 0) onComputedIds?.(computed);
  await assertElsewhere(lines, target.url);
  const imported = await importLines(lines, target, onProgress, { note });
  const all = [...refused, ...imported.refused];
  return { ...imported, refused: all.toSorted((left, right) => left.line - right.line) };
}
