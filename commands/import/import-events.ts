import { isDeepStrictEqual } from 'node:util';
import { maximumBatchEvents } from '../../events/input/limits.ts';
import { CommandFailure } from '../cli.ts';
import { type Compared, lineComparer } from './compare-line.ts';
import { type EventPoster, eventPoster, type Target } from './event-poster.ts';
import { type Line, type Refusal, readLines } from './read-lines.ts';

/** Below the limit of a request, since a few characters take more bytes when they are escaped. */
const bytesPerBatch = 900_000;

/** The number of events of a file that were stored now and before, and the lines that were refused. */
export interface Imported {
  readonly created: number;
  readonly replayed: number;
  readonly refused: readonly Refusal[];
  /** The number of events that were corrected. Absent without a note. */
  readonly corrected?: number;
  /** The lines whose events were taken down, and which therefore are not stored again. Absent if there are none. */
  readonly redacted?: readonly number[];
}

/** How an import treats what is stored already. */
interface StoredOptions {
  /** Corrects events that are stored with other content, and is their public note. Without it such lines are refused. */
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
}

const nothing: Imported = { created: 0, replayed: 0, refused: [] };

function ofCompared(compared: Compared, { number }: Line): Imported {
  switch (compared.outcome) {
    case 'corrected':
      return { ...nothing, corrected: 1 };
    case 'same':
      return { ...nothing, replayed: 1 };
    case 'redacted':
      return { ...nothing, redacted: [number] };
    default:
      return { ...nothing, refused: [compared.refusal] };
  }
}

/**
 * What became of the lines of a batch that the server has taken. A line that conflicts is compared with what is stored: its event may
 * have been corrected to what the line says. With a note, each line that was stored before is compared, since it may have been
 * corrected to something else.
 */
async function importedOf(
  batch: readonly Line[],
  results: readonly { readonly outcome: string }[],
  { compare, note }: Importer,
): Promise<Imported> {
  let done: Imported = { ...nothing, ...(note !== undefined && { corrected: 0 }) };
  for (const [index, line] of batch.entries()) {
    const outcome = results[index]?.outcome;
    if (outcome === 'created') done = sum(done, { ...nothing, created: 1 });
    else if (outcome === 'conflict' || note !== undefined) done = sum(done, ofCompared(await compare(line), line));
    else done = sum(done, ofCompared({ outcome: outcome === 'redacted' ? 'redacted' : 'same' }, line));
  }
  return done;
}

/**
 * Posts a batch. Lines that the server refuses are taken out, and the rest is posted again. If the response does not say which lines
 * the server refuses, halves of the batch are posted until the lines are found.
 */
async function importBatch(importer: Importer, batch: readonly Line[]): Promise<Imported> {
  if (batch.length === 0) return nothing;
  const { status, answer } = await importer.post(`[${batch.map(({ text }) => text).join(',')}]`);
  if (status === 200) return importedOf(batch, (answer as { results: { outcome: string }[] }).results, importer);
  const problem = answer as Problem;
  if (status === 401 || (status === 403 && !problem.detail)) {
    throw new CommandFailure(
      'The key is not accepted. Create one with: npx timeline key create --newsroom NAME --scopes events:write',
    );
  }
  const reasons = reasonsByIndex(problem);
  if (reasons.size > 0) {
    const refused = [...reasons].map(([index, reason]) => ({ line: batch[index]?.number ?? 0, reason }));
    const others = batch.filter((_, index) => !reasons.has(index));
    return sum({ ...nothing, refused }, await importBatch(importer, others));
  }
  const [only] = batch;
  if (only && batch.length === 1) {
    return { ...nothing, refused: [{ line: only.number, reason: problem.detail ?? `${status}` }] };
  }
  const middle = Math.ceil(batch.length / 2);
  return sum(await importBatch(importer, batch.slice(0, middle)), await importBatch(importer, batch.slice(middle)));
}

function sum(left: Imported, right: Imported): Imported {
  const redacted = [...(left.redacted ?? []), ...(right.redacted ?? [])];
  return {
    created: left.created + right.created,
    replayed: left.replayed + right.replayed,
    refused: [...left.refused, ...right.refused],
    ...((left.corrected ?? right.corrected) !== undefined && {
      corrected: (left.corrected ?? 0) + (right.corrected ?? 0),
    }),
    ...(redacted.length > 0 && { redacted }),
  };
}

/**
 * The lines that may correct what is stored, and those that may not: an event of which a file has two contents would be corrected to one
 * and then to the other, and again by each import of the file.
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

/** What was imported before an import stopped is said with the reason: it would be lost otherwise. @throws {Error} always */
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
  const importer = { post, compare: lineComparer(post, target, note), note };
  let imported: Imported = { ...nothing, refused };
  let done = 0;
  onProgress(done, lines.length);
  for (const batch of batchesOf(lines)) {
    imported = sum(imported, await importBatch(importer, batch).catch((error) => stoppedAfter(imported, error)));
    done += batch.length;
    onProgress(done, lines.length);
  }
  return imported;
}

/**
 * Posts every line of NDJSON as an event, like `importLines`.
 *
 * @param content bytes, so that a line that is not UTF-8 can be refused; or a text
 * @param options where the ids of events that have none are, as a JSON pointer; and what is called, before anything is posted, with the
 *   numbers of the lines whose ids are computed, and with the lines that may be events
 * @throws {CommandFailure} when the server cannot be reached, or does not accept the key
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
  const imported = await importLines(lines, target, onProgress, { note });
  const all = [...refused, ...imported.refused];
  return { ...imported, refused: all.toSorted((left, right) => left.line - right.line) };
}
