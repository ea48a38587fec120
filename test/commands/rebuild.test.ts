import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { tryLockFolder } from '../../local/data/folder-lock.ts';
import { announceSystem } from '../../local/data/running-system.ts';
import { developmentWith } from '../events/samples.ts';
import { readFeed, readTimelines, timelinesOf } from '../support/models/timelines-model.ts';
import { emptyTable, itemsOf, putItem } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { runTimeline } from './support/run-timeline.ts';

const program = fileURLToPath(new URL('../../commands/main.ts', import.meta.url));
const tables = ['--event-log', 'EventLog', '--timelines', 'Timelines', '--grace', '0'];

let world: World;
let folder: string;

beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), 'timeline-rebuild-'));
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
  await world.post([developmentWith({}, { id: 'a' }), developmentWith({}, { id: 'b' })]);
});
afterAll(async () => {
  await world.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The command, in the environment of an operator: nothing of the functions' is set. */
function start(parameters: readonly string[], notSet = /^POWERTOOLS|_TABLE$|_QUEUE_URL$|^NODE_OPTIONS$/) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !notSet.test(name)));
  return spawn(process.execPath, [program, 'rebuild', ...parameters], { env, cwd: folder });
}

async function rebuild(...command: Parameters<typeof start>) {
  const child = start(...command);
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, output, errors };
}

async function expectRebuilt(generation: string): Promise<void> {
  expect(await readTimelines(generation)).toEqual(timelinesOf(await readFeed()));
}

describe('rebuild', () => {
  test('rebuilds the timelines of a deployed system, by the names of its tables', async () => {
    const { code, output, errors } = await rebuild(tables);
    expect([code, output]).toEqual([
      0,
      'Switched to the rebuilt timelines at position 2; 0 differences; 13 old items removed.\n',
    ]);
    expect(errors.split('\n')).toEqual([
      'Projecting 0 of 2',
      'Comparing 1 of 3',
      'Projecting 2 of 2',
      'Removing the old timelines: 13',
      '',
    ]);
    await expectRebuilt('2');
  });

  test('rebuilds the timelines of the local system that runs on a folder', async () => {
    const lock = tryLockFolder(folder);
    const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '';
    const outputs = { EventLogTable: 'EventLog', TimelinesTable: 'Timelines' };
    announceSystem(folder, { pid: process.pid, url: endpoint, endpoint, queuesEndpoint: endpoint, outputs });
    const result = await rebuild(['--data', folder, '--grace', '0'], /^POWERTOOLS|^AWS_|_TABLE$|^NODE_OPTIONS$/);
    lock?.release();
    expect(result).toMatchObject({ code: 0, output: expect.stringMatching(/^Switched/) });
    await expectRebuilt('2');
  });

  test('lists differences, and switches only if they are accepted', async () => {
    const head = (await itemsOf('Timelines', '1#HEADS')).find(({ sk }) => sk === 'ALL');
    await putItem('Timelines', { ...head, entries: 7 });
    const { code, output, errors } = await rebuild(tables);
    expect([code, output]).toEqual([
      1,
      'Not switched: 1 differences at position 2. See --accept-differences in --help.\n',
    ]);
    expect(errors).toMatch(/^The head of ALL differs in entries\.$/m);
    expect(await rebuild([...tables, '--accept-differences'])).toMatchObject({ code: 0 });
    await expectRebuilt('2');
  });

  test('continues where it was killed', async () => {
    const child = start(tables);
    await once(child.stderr, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await itemsOf('Timelines', 'META')).toHaveLength(2);
    expect(await rebuild(tables)).toMatchObject({ code: 0, output: expect.stringMatching(/^Switched/) });
    await expectRebuilt('2');
  });

  test('goes on to its end if nobody reads its progress any more', async () => {
    const child = start(tables);
    child.stderr.once('data', () => child.stderr.destroy());
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    expect([code, output]).toEqual([
      0,
      'Switched to the rebuilt timelines at position 2; 0 differences; 13 old items removed.\n',
    ]);
    await expectRebuilt('2');
  });

  test('prints the result as JSON for programs', async () => {
    const { code, output } = await rebuild([...tables, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(output)).toEqual({
      outcome: 'switched',
      position: 2,
      parked: [],
      differences: { count: 0, examples: [] },
      removed: 13,
    });
  });

  test('with tables that do not exist ends with 1 and says what to check', async () => {
    expect(await rebuild(['--event-log', 'None', '--timelines', 'Nothing'])).toEqual({
      code: 1,
      output: '',
      errors:
        'There is no table None or Nothing in this account and region. Check the name, AWS_PROFILE and AWS_REGION.\n',
    });
  });

  const invalid = (flags: string, text: string) => `error: option '${flags}' argument '${text}' is invalid.`;

  test.each([
    [
      'only one of the tables',
      ['--event-log', 'EventLog'],
      'error: --event-log and --timelines must be given together.',
    ],
    [
      'tables and a folder',
      [...tables, '--data', 'a'],
      "error: option '--event-log <name>' cannot be used with option '--data <folder>'",
    ],
    ['no folder', ['--data', ''], `${invalid('--data <folder>', '')} It is empty.`],
    [
      'a time that is none',
      ['--grace', '1h'],
      `${invalid('--grace <seconds>', '1h')} It must be a number of seconds, at most 9999.`,
    ],
    ['an option that it does not have', ['--table', 'a'], "error: unknown option '--table'"],
  ])('with %s ends with 2 and says what is wrong', async (_, parameters, sentence) => {
    expect(await runTimeline(['rebuild', ...parameters])).toEqual({
      code: 2,
      output: '',
      errors: `${sentence}\nFor help: npx timeline rebuild --help\n`,
    });
  });
});
