import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../events/identity.ts';
import { developmentWith } from '../events/samples.ts';
import { emptyTable, itemsOf, putItem } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { runTimeline } from './support/run-timeline.ts';

const tables = ['--event-log', 'EventLog', '--timelines', 'Timelines'];
const afp = { newsroom: 'afp' };
const dpa = { newsroom: 'dpa' };
const storyId = eventIdOf('/stories', 'karabakh');

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
});
afterAll(() => world.stop());

const transfer = (story: string, to: string, ...more: string[]) =>
  runTimeline(['story', 'transfer', story, '--to', to, ...more, ...tables]);
const shown = async () => (await world.get('/v1/stories/karabakh')).body;
const put = (title: string, call: object) => world.call('PUT', '/v1/stories/karabakh', { ...call, body: { title } });
const begin = () => world.post(developmentWith({}, { id: 'a', subject: 'karabakh' }), afp);

describe('timeline story transfer', () => {
  test('hands a story over, with its description and its events, on the record', async () => {
    await begin();
    await put('Ours', afp);
    await world.settle(storyId);
    expect(await transfer('karabakh', 'dpa', '--note', 'They began it.')).toEqual({
      code: 0,
      output: 'karabakh belongs to dpa now, and no longer to afp.\n',
      errors: '',
    });
    expect(await shown()).toMatchObject({ newsroom: 'dpa', title: 'Ours', entries: 1 });
    const { changes } = (await world.get('/v1/changes?story=karabakh')).body;
    expect(changes.slice(1)).toMatchObject([
      { change: 'recorded', revision: 0, note: null },
      { change: 'transferred', revision: 1, note: 'They began it.', entry: null },
    ]);
    expect(await put('Still ours', { ...afp, headers: { 'if-match': '"1"' } })).toMatchObject({ status: 403 });
    expect(await put('Theirs', { ...dpa, headers: { 'if-match': '"1"' } })).toMatchObject({ status: 201 });
    await world.settle(storyId);
    expect(await shown()).toMatchObject({ newsroom: 'dpa', title: 'Theirs' });
  });

  test('hands over a story that nobody has described, or whose description is not published yet', async () => {
    await begin();
    expect(await transfer('karabakh', 'dpa')).toMatchObject({ code: 0 });
    expect(await shown()).toMatchObject({ newsroom: 'dpa', title: 'karabakh', description: null });
    await put('Theirs', { ...dpa, headers: { 'if-match': '"0"' } });
    expect(await transfer('karabakh', 'reuters')).toMatchObject({ code: 0 });
    expect(await shown()).toMatchObject({ newsroom: 'reuters', title: 'Theirs' });
  });

  test('to its owner changes nothing, and ends with 0', async () => {
    await begin();
    const items = await itemsOf('EventLog');
    expect(await transfer('karabakh', 'afp')).toEqual({
      code: 0,
      output: 'afp owns karabakh already.\n',
      errors: '',
    });
    expect(await itemsOf('EventLog')).toEqual(items);
  });

  test('of a story that does not exist, or was withdrawn, ends with 1', async () => {
    const absent = { code: 1, output: '', errors: 'There is no story karabakh.\n' };
    expect(await transfer('karabakh', 'dpa')).toEqual(absent);
    await put('Ours', afp);
    await world.settle(storyId);
    await world.call('DELETE', '/v1/stories/karabakh', afp);
    expect(await transfer('karabakh', 'dpa')).toEqual(absent);
  });

  test('ends with 1 if an entry of the record cannot be projected, and parks nothing', async () => {
    await begin();
    const { body } = await world.call('POST', '/v1/events', { body: developmentWith({}, { id: 'b' }) });
    await world.sequence(body.id);
    const [damaged] = await itemsOf('EventLog', `E#${body.id}`);
    await putItem('EventLog', { ...damaged, pk: `E#${body.id}`, sk: 'R#000000', v: 99 });
    const { code, errors } = await transfer('karabakh', 'dpa');
    expect([code, errors]).toEqual([1, expect.stringMatching(/^Position 2 cannot be projected: /)]);
    expect((await itemsOf('Timelines')).filter(({ pk }) => String(pk).includes('PARKED'))).toEqual([]);
  });

  test.each([
    ['a name that no story has', ['Karabakh', '--to', 'afp']],
    ['a name that no newsroom has', ['karabakh', '--to', 'AFP']],
    ['no newsroom', ['karabakh']],
    ['a blank note', ['karabakh', '--to', 'afp', '--note', ' ']],
  ])('with %s ends with 2, and nothing is done', async (_, parameters) => {
    await begin();
    const { code } = await runTimeline(['story', 'transfer', ...parameters, ...tables]);
    expect(code).toBe(2);
    expect(await shown()).toMatchObject({ newsroom: 'afp' });
  });
});
