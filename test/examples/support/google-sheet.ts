import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MessagePort, Worker } from 'node:worker_threads';

/** A text, or a day with the text by which the sheet shows it. */
export type Cell = string | { readonly day: string; readonly shown: string };

interface Request {
  readonly kind: 'fetch';
  readonly url: string;
  readonly options: {
    readonly method: string;
    readonly contentType: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly payload: string;
  };
  readonly port: MessagePort;
  readonly settled: Int32Array;
}

interface Done {
  readonly kind: 'done';
  readonly rows: readonly (readonly Cell[])[];
  readonly triggers: readonly (readonly [name: string, kind: string])[];
}

const script = join(import.meta.dirname, '..', '..', '..', 'examples', 'google-sheet', 'Code.gs');

async function answer({ url, options, port, settled }: Request): Promise<void> {
  const { method, contentType, headers, payload } = options;
  try {
    const response = await fetch(url, {
      method: method.toUpperCase(),
      headers: { ...headers, 'content-type': contentType },
      body: payload,
    });
    port.postMessage({ status: response.status, body: await response.text() });
  } catch (error) {
    port.postMessage({ failure: (error as Error).message });
  }
  Atomics.store(settled, 0, 1);
  Atomics.notify(settled, 0);
}

/**
 * A stand-in for a Google Sheet that runs `examples/google-sheet/Code.gs`. Its requests are sent.
 *
 * @param rows the first row has the headings
 * @param properties the properties of the script
 */
export async function googleSheet(rows: readonly (readonly Cell[])[], properties: Readonly<Record<string, string>>) {
  const workerData = { code: await readFile(script, 'utf8'), rows, properties, timeZone: 'Europe/Oslo' };
  const worker = new Worker(new URL('sheet-worker.mjs', import.meta.url), { workerData });
  /** Runs a function of the script after somebody has changed cells: [row, column from 0, value]. */
  const run = (name: string, changes: readonly (readonly [number, number, Cell])[] = [], row = 2, count = 1) =>
    new Promise<Done>((resolve, reject) => {
      const onMessage = (message: Request | Done) => {
        if (message.kind === 'fetch') return void answer(message);
        worker.off('message', onMessage).off('error', reject);
        return resolve(message);
      };
      worker.on('message', onMessage).once('error', reject);
      worker.postMessage({ name, row, count, changes });
    });
  return { run, close: () => worker.terminate() };
}
