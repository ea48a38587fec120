import '../test/setup.ts';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEngine } from '../local/engines/engine.ts';
import { measureOwnIndex } from './own-index.ts';
import { figure, printTable } from './table.ts';

/** The size of the timelines that a page is read from. */
const events = 1_000;

const engine = await startEngine({});
try {
  const folder = join(import.meta.dirname, 'castore');
  const run = (program: string, ...words: string[]) =>
    promisify(execFile)(process.execPath, [join(folder, program), ...words], {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
      },
    });
  await run('install.mjs');
  const { stdout } = await run('measure.ts', String(events));
  const measured = {
    Castore: JSON.parse(stdout),
    'a table with an index by date': await measureOwnIndex(engine.endpoint, events),
  };
  printTable(
    `Other stores on the same engine: capacity consumed with ${events} events`,
    ['', 'append, WCU', 'round trips', 'correction, WCU', 'round trips', 'page of 50 by date, RCU', 'round trips'],
    Object.entries(measured).map(([name, { append, correction, page }]) => [
      name,
      ...[append.write, append.calls, correction.write, correction.calls, page.read, page.calls].map(figure),
    ]),
  );
} finally {
  await engine.stop();
}
