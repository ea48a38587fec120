import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { developmentWith } from '../../events/samples.ts';
import { meterCapacity } from '../../support/world/capacity.ts';
import { itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let taken: () => number;
beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  const meter = meterCapacity(dynamodb);
  taken = () => meter.take().write;
  // With an event on either side, nothing that moves here is the first or the last of its timelines.
  await world.post(['1990-01-01', '2030-12-31'].map((edtf) => developmentWith({ when: { edtf } })));
});
afterAll(() => world.stop());

/** A ring of so many points, about 40 bytes each. */
const ring = (points: number) =>
  Array.from({ length: points }, (_, index) => {
    const angle = (2 * Math.PI * (index % (points - 1))) / (points - 1);
    return [46 + Math.cos(angle), 39 + Math.sin(angle)];
  });

/** An event in so many places, of which each has a border; without `apart`, all of them have one identifier. */
function eventOf(id: string, places: number, points: number, apart: boolean) {
  const placeAt = (index: number) => ({
    name: `Place ${index}`,
    iso3166_2: apart ? `AZ-${String.fromCharCode(65 + index)}` : 'AZ-LAC',
    ...(points > 0 && { geometry: { type: 'Polygon', coordinates: [ring(points)] } }),
  });
  return developmentWith({ places: Array.from({ length: places }, (_, index) => placeAt(index)) }, { id });
}

/** The size of the latest revision as it is stored, and the facets of the event. */
async function sizeOf(id: string): Promise<{ kb: number; facets: number }> {
  const items = await itemsOf('EventLog', `E#${id}`);
  const latest = items.filter(({ sk }) => String(sk).startsWith('R#')).at(-1) as Record<string, unknown>;
  const bytes = Object.entries(latest).reduce(
    (sum, [name, value]) => sum + name.length + Buffer.byteLength(String(value)),
    0,
  );
  const facets = (await itemsOf('Timelines')).filter(
    ({ sk, n, pk }) => String(sk).endsWith(`#${id}`) && n !== undefined && !String(pk).startsWith('1#H#'),
  ).length;
  return { kb: Math.ceil(bytes / 1_024), facets };
}

const budget = ({ kb, facets }: { kb: number; facets: number }, moves: boolean) =>
  4 * kb + facets * (2 * Math.min(kb, 4) + 2) + 20 + (moves ? facets * Math.min(kb, 4) : 0);

const cases = [
  [1, 0, false],
  [1, 60, false],
  [3, 40, true],
  [16, 0, true],
  [16, 20, true],
  [16, 80, true],
  [16, 80, false],
] as const;

test.each(cases)(
  'a change of an event in %i places with borders of %i points (apart: %s) costs in proportion to what was sent',
  async (places, points, apart) => {
    const id = `budget-${places}-${points}-${apart}`;
    taken();
    const { status, body } = await world.call('POST', '/v1/events', { body: eventOf(id, places, points, apart) });
    expect(status).toBe(201);
    await world.settle(body.id);
    const costs: Record<string, number> = { recorded: taken() };
    const changes = { reworded: { headline: 'Counted again' }, moved: { when: { edtf: '2020-12-03' } } };
    for (const [revision, [name, data]] of Object.entries(changes).entries()) {
      const headers = { 'if-match': `"${revision}"` };
      const correction = { note: 'So it was.', data };
      await world.call('POST', `/v1/events/${body.id}/corrections`, { headers, body: correction });
      await world.settle(body.id);
      costs[name] = taken();
    }
    const size = await sizeOf(body.id);
    // Where it was, a moved event leaves as many tombstones as it has cards.
    const facets = { ...size, facets: size.facets / 2 };
    const over = Object.entries(costs).filter(([name, used]) => used > budget(facets, name === 'moved'));
    expect({ facets, costs, over }).toEqual({ facets, costs, over: [] });
  },
);

test('a page that shows large entries takes one round trip more, and is the same as it was posted', async () => {
  const ids: string[] = [];
  for (const index of [0, 1, 2]) {
    const event = { ...eventOf(`large-${index}`, 16, 80, false), subject: 'large' };
    ids.push((await world.post(event)).body.id);
  }
  const { text, body } = await world.get('/v1/timeline?story=large');
  expect(body.entries.map(({ id }: { id: string }) => id).sort()).toEqual([...ids].sort());
  for (const entry of body.entries) {
    const { certainty: _, ...alone } = entry;
    expect((await world.get(`/v1/events/${entry.id}`)).body).toEqual(alone);
  }
  expect(text.length).toBeGreaterThan(3 * 16 * 80 * 30);
  const cards = (await itemsOf('Timelines', '1#S#large')).filter(({ pk }) => pk === '1#S#large');
  expect(cards.map(({ e, l }) => [e, typeof l])).toEqual(Array(3).fill([undefined, 'number']));
});
