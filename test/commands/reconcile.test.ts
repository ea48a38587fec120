import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../events/samples.ts';
import { readFeed, readTimelines, timelinesOf } from '../support/models/timelines-model.ts';
import { emptyTable, itemsOf, putItem } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { runTimeline } from './support/run-timeline.ts';

const program = fileURLToPath(new URL('../../commands/main.ts', import.meta.url));
const tables = ['--event-log', 'EventLog', '--timelines', 'Timelines'];

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]));
afterAll(() => world.stop());

/** What the command writes and how it ends, in the environment of an operator: nothing of the functions' is set. */
function reconcile(parameters = tables) {
  const names = Object.keys(process.env).filter((name) => !/^POWERTOOLS|_TABLE$|_QUEUE_URL$|^NODE_OPTIONS$/.test(name));
  const env = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  return new Promise<{ code: unknown; output: string[]; errors: string }>((resolve) => {
    execFile(process.execPath, [program, 'reconcile', ...parameters], { env }, (error, output, errors) => {
      resolve({ code: error ? error.code : 0, output: output.split('\n').filter(Boolean), errors });
    });
  });
}

const record = async (id: string) =>
  (await world.call('POST', '/v1/events', { body: developmentWith({}, { id }) })).body.id as string;

describe('reconcile', () => {
  test('changes nothing if everything is sequenced and projected', async () => {
    await world.post(developmentWith({}, { id: 'a' }));
    expect(await reconcile()).toEqual({
      code: 0,
      output: ['Revisions sequenced: 0. Timelines at position 1 of 1.'],
      errors: '',
    });
  });

  test('sequences and projects what an outage interrupted', async () => {
    await world.sequence(await record('a'));
    const id = await record('b');
    await world.call('POST', `/v1/events/${id}/retraction`, { headers: { 'if-match': '"0"' }, body: { note: 'No' } });
    await record('c');
    expect(await reconcile()).toEqual({
      code: 0,
      output: ['Revisions sequenced: 3. Timelines at position 4 of 4.'],
      errors: '',
    });
    expect(await readTimelines()).toEqual(timelinesOf(await readFeed()));
  });

  test('lists revisions that cannot be sequenced or projected, and does the rest', async () => {
    const broken = `evt_${'b'.repeat(26)}`;
    await putItem('EventLog', { pk: `E#${broken}`, sk: 'R#000000', v: 2, kind: 'recorded', event: '{"type":' });
    await world.sequence(await record('a'), await record('b'));
    await record('c');
    const [first] = await itemsOf('EventLog', 'F');
    await putItem('EventLog', { ...first, values: '[' });
    const { code, output, errors } = await reconcile();
    expect({ code, errors }).toEqual({ code: 1, errors: '' });
    expect(output).toEqual([
      'Revisions sequenced: 1. Timelines at position 3 of 3.',
      expect.stringMatching(`^event ${broken} cannot be sequenced: .*JSON`),
      'position 1 is in the feed, but cannot be projected: The entry at position 1 cannot be read.',
    ]);
    await putItem('EventLog', first as object);
    expect((await reconcile()).output[0]).toBe('Revisions sequenced: 0. Timelines at position 3 of 3.');
    expect(await readTimelines()).toEqual(timelinesOf(await readFeed()));
  });

  test('prints the result as JSON for programs', async () => {
    await record('a');
    const { code, output } = await reconcile([...tables, '--json']);
    expect(code).toBe(0);
    expect(output.map((text) => JSON.parse(text))).toEqual([{ sequenced: 1, position: 1, head: 1, left: [] }]);
  });

  test('with tables that do not exist ends with 1 and says what to check', async () => {
    expect(await reconcile(['--event-log', 'None', '--timelines', 'Nothing'])).toEqual({
      code: 1,
      output: [],
      errors:
        'There is no table None or Nothing in this account and region. Check the name, AWS_PROFILE and AWS_REGION.\n',
    });
  });

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
    ['an option that it does not have', ['--table', 'a'], "error: unknown option '--table'"],
  ])('with %s ends with 2 and says what is wrong', async (_, parameters, sentence) => {
    expect(await runTimeline(['reconcile', ...parameters])).toEqual({
      code: 2,
      output: '',
      errors: `${sentence}\nFor help: npx timeline reconcile --help\n`,
    });
  });
});
