import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * What a dry run would have written so far, by the keys of the items: a request may read what it has written before.
 */
type Unwritten = Map<string, unknown>;

const current = new AsyncLocalStorage<Unwritten | undefined>();

/** The commands that a dry run may send. Whatever is not known to read is a write. */
const reading: ReadonlySet<string> = new Set([
  'GetItemCommand',
  'BatchGetItemCommand',
  'TransactGetItemsCommand',
  'QueryCommand',
]);

/** Whether the work in progress is a dry run: it decides and answers as ever, and writes and sends nothing. */
export const isDryRun = (): boolean => current.getStore() !== undefined;

/** Does a piece of work as a dry run. */
export const inDryRun = <Result>(work: () => Promise<Result>): Promise<Result> => current.run(new Map(), work);

/**
 * Does what a dry run does too. It must tell nobody anything and change nothing that was stored for a newsroom or a
 * reader: it takes and frees what bounds the work in progress.
 */
export const outsideDryRun = <Result>(work: () => Promise<Result>): Promise<Result> => current.run(undefined, work);

/** Remembers what a dry run would have written under a key. */
export function pretendWritten(key: string, value: unknown): void {
  current.getStore()?.set(key, value);
}

/** What the dry run in progress would have written under a key; undefined if there is none. */
export const unwritten = (key: string): unknown => current.getStore()?.get(key);

/**
 * Asserts that a command may be sent. Each room that writes leaves its writes out of a dry run itself. Every client
 * asks here too, so that what a room has forgotten fails and writes nothing.
 *
 * @throws {Error} when a dry run sends a command that is not known to read
 */
export function assertMaySend(commandName: string): void {
  if (isDryRun() && !reading.has(commandName)) throw new Error(`A dry run must not send ${commandName}.`);
}
