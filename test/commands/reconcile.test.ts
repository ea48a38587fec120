import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../events/samples.ts';
import { readFeed, readTimelines, timelinesOf } from '../support/models/timelines-model.ts';
import { emptyTable, itemsOf, putItem } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';

const program = fileURLToPath(new URL('../../commands/reconcile.ts', import.meta.url));
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
    execFile(process.execPath, [program, ...parameters], { env }, (error, output, errors) => {
      resolve({ code: error ? error.code : 0, output: output.split('\n').filter(Boolean), errors });
    });
  });
}

const record = async (id: string) =>
  (await world.call('POST', '/v1/events', { body: developmentWith({}, { id }) })).body.id as string;

describe('reconcile', () => {
  test('has nothing to do where everything is in place', async () => {
    await world.post(developmentWith({}, { id: 'a' }));
    expect(await reconcile()).toEqual({
      code: 0,
      output: ['Revisions sequenced: 0. Timelines at position 1 of 1.'],
      errors: '',
    });
  });

  test('gives what was lost on its way its place in the record and in the timelines', async () => {
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

  test('lists what can neither be sequenced nor projected, and sees to all the rest', async () => {
    const broken = `evt_${'b'.repeat(26)}`;
    await putItem('EventLog', { pk: `E#${broken}`, sk: 'R#000000', kind: 'recorded', event: '{"type":' });
    await world.sequence(await record('a'), await record('b'));
    await record('c');
    const [first] = await itemsOf('EventLog', 'F');
    await putItem('EventLog', { ...first, event: '{"type":' });
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

  test.each<[string, string[], RegExp]>([
    [
      'tables that are not there',
      ['--event-log', 'None', '--timelines', 'None'],
      /^Reconciling stopped: ResourceNotFoundException: .+\n$/,
    ],
    ['only one of the tables', ['--event-log', 'EventLog'], /^Name both tables\. Usage: npm run reconcile/],
    ['an option that it does not have', ['--table', 'a'], /^Unknown option '--table'.* Usage: npm run reconcile/],
  ])('of %s says in a sentence why it cannot begin', async (_, parameters, sentence) => {
    expect(await reconcile(parameters)).toEqual({
      code: 2,
      output: [],
      errors: expect.stringMatching(sentence),
    });
  });
});
