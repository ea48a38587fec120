import { maximumBatchEvents } from '../../events/input/limits.ts';
import { CommandFailure } from '../cli.ts';
import { eventPoster, type Target } from './event-poster.ts';
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

/**
 * Posts a batch. Lines that the server refuses are taken out, and the rest is posted again. If the response does not say which lines
 * the server refuses, halves of the batch are posted until the lines are found.
 */
async function importBatch(
  post: ReturnType<typeof eventPoster>,
  batch: readonly Line[],
  options: StoredOptions,
): Promise<Imported> {
  if (batch.length === 0) return { created: 0, replayed: 0, refused: [] };
  const { status, answer } = await post(`[${batch.map(({ text }) => text).join(',')}]`);
  if (status === 200) {
    const { results } = answer as { results: { outcome: string }[] };
    const { note } = options;
    if (note !== undefined) {
      let done: Imported = { created: 0, replayed: 0, corrected: 0, refused: [] };
      for (const [index, line] of batch.entries()) {
        const isNew = results[index]?.outcome === 'created';
        done = sum(done, isNew ? { created: 1, replayed: 0, refused: [] } : await correctLine(post, line, note));
      }
      return done;
    }
    const of = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
    const refused = batch
      .filter((_, index) => results[index]?.outcome === 'conflict')
      .map(({ number }) => ({ line: number, reason: 'Its id is taken by an event with other content.' }));
    const redacted = batch.filter((_, index) => results[index]?.outcome === 'redacted').map(({ number }) => number);
    const stored = { created: of('created'), replayed: of('replayed'), refused };
    return { ...stored, ...(redacted.length > 0 && { redacted }) };
  }
  const problem = answer as Problem;
  if (status === 401 || (status === 403 && !problem.detail)) {
    throw new CommandFailure(
      'The key is not accepted. Create one with: npx timeline key create --newsroom NAME --scopes events:write',
    );
  }
  const reasons = reasonsByIndex(problem);
  if (reasons.size > 0) {
    const refused = [...reasons].map(([index, reason]) => ({ line: batch[index]?.number ?? 0, reason }));
    return sum(
      { created: 0, replayed: 0, refused },
      await importBatch(
        post,
        batch.filter((_, index) => !reasons.has(index)),
        options,
      ),
    );
  }
  const [only] = batch;
  if (only && batch.length === 1) {
    return { created: 0, replayed: 0, refused: [{ line: only.number, reason: problem.detail ?? `${status}` }] };
  }
  const middle = Math.ceil(batch.length / 2);
  return sum(
    await importBatch(post, batch.slice(0, middle), options),
    await importBatch(post, batch.slice(middle), options),
  );
}

/** Puts the event of a line, which is stored: it is corrected if it has other content, and left as it is if not. */
async function correctLine(
  post: ReturnType<typeof eventPoster>,
  { number, text }: Line,
  note: string,
): Promise<Imported> {
  const event = JSON.parse(text) as { id: string; source?: string };
  const { id, source } = event;
  const body = JSON.stringify({ event, note });
  const { status, answer } = await post(body, { id, ...(source !== undefined && { source }) });
  const none = { created: 0, replayed: 0, corrected: 0, refused: [] };
  if (status === 201) return { ...none, corrected: 1 };
  if (status === 200) return { ...none, replayed: 1 };
  if (status === 410) return { ...none, redacted: [number] };
  const { detail, errors = [], changed = [] } = answer as Problem & { changed?: string[] };
  const differs = changed.length > 0 ? ` It differs at ${changed.join(', ')}.` : '';
  const reason =
    errors.length > 0 ? errors.map((error) => `${error.pointer ?? ''}: ${error.detail}`).join('; ') : detail;
  return { ...none, refused: [{ line: number, reason: `${reason ?? status}${differs}` }] };
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
 * Posts lines with events, in batches. It can be run again at any time: events that are stored already are replayed.
 *
 * @param onProgress called after each batch with the number of lines that are done, and of all lines
 * @throws {CommandFailure} when the server cannot be reached, or does not accept the key
 */
export async function importLines(
  lines: readonly Line[],
  target: Target,
  onProgress: (done: number, total: number) => void = () => {},
  options: StoredOptions = {},
): Promise<Imported> {
  const post = eventPoster(target);
  let imported: Imported = { created: 0, replayed: 0, refused: [] };
  let done = 0;
  onProgress(done, lines.length);
  for (const batch of batchesOf(lines)) {
    imported = sum(imported, await importBatch(post, batch, options));
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
 *   numbers of the lines whose ids are computed
 * @throws {CommandFailure} when the server cannot be reached, or does not accept the key
 */
export async function importEvents(
  content: string | Uint8Array,
  target: Target,
  onProgress?: (done: number, total: number) => void,
  { idPointer, onComputedIds, note }: ImportOptions = {},
): Promise<Imported> {
  const { lines, refused } = readLines(typeof content === 'string' ? Buffer.from(content) : content, idPointer);
  const computed = lines.filter(({ isIdComputed }) => isIdComputed).map(({ number }) => number);
  if (computed.length > 0) onComputedIds?.(computed);
  const imported = await importLines(lines, target, onProgress, { note });
  const all = [...refused, ...imported.refused];
  return { ...imported, refused: all.toSorted((left, right) => left.line - right.line) };
}
