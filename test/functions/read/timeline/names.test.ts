import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../../../events/samples.ts';
import { createdEndpoint, endpointsPath, verifyEndpoint } from '../../../support/receivers/endpoints.ts';
import { subscribersIn } from '../../../support/receivers/subscribers.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

interface Value {
  readonly value: string;
  readonly name: string | null;
  readonly count: number;
}

const stories = ['karabakh-2020', 'scotland-2014'] as const;

const eventsOf = (story: string) =>
  readFileSync(new URL(`../../../../examples/${story}.ndjson`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

let world: World;

beforeAll(async () => {
  world = await startWorld();
  for (const story of stories) await world.post(eventsOf(story));
});

afterAll(() => world.stop());

const queryOf = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString();
const found = async (parameters: Record<string, string>) => {
  const { body } = await world.get(`/v1/timeline?${queryOf({ ...parameters, limit: '500' })}`);
  return body.entries as { readonly id: string; readonly data: { readonly headline: string } }[];
};

/** What all lists with filters find. */
async function allFound(parameters: Record<string, string>) {
  const query = queryOf(parameters);
  const { changes } = (await world.get(`/v1/changes?${query}&limit=500`)).body;
  const { counts } = (await world.get(`/v1/timeline/counts?${query}&interval=year`)).body;
  const { facets, entries } = (await world.get(`/v1/timeline/facets?${query}`)).body;
  const ids = (await found(parameters)).map(({ id }) => id);
  return { ids, changed: changes.map(({ id }: { readonly id: string }) => id), counts, facets, entries };
}

const facetsOf = async (story: string): Promise<Record<string, { readonly values: readonly Value[] }>> =>
  (await world.get(`/v1/timeline/facets?${queryOf({ story })}`)).body.facets;
const named = ({ values }: { readonly values: readonly Value[] }) =>
  values.map(({ value, name, count }) => [value, name, count]);

describe('the facets of a story', () => {
  test.each(stories)('of %s list values that find as many entries as they say', async (story) => {
    const wrong: unknown[] = [];
    for (const [parameter, { values }] of Object.entries(await facetsOf(story))) {
      for (const { value, count } of values) {
        const { length } = await found({ story, [parameter]: value });
        if (length !== count) wrong.push([parameter, value, count, length]);
      }
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    ['karabakh-2020', []],
    // What these are called is the name of none of them: all four have the code of their country.
    ['scotland-2014', [['GB', 'Government of the United Kingdom']]],
  ])('of %s name actors and places by names that find as many entries in all lists', async (story, others) => {
    const { actor, place } = await facetsOf(story);
    const wrong: unknown[] = [];
    for (const [parameter, values] of [
      ['actor', actor?.values ?? []],
      ['place', place?.values ?? []],
    ] as const) {
      for (const { value, name, count } of values) {
        if (others.some(([other]) => other === value)) continue;
        const byValue = await allFound({ story, [parameter]: value });
        for (const typed of [name as string, (name as string).toUpperCase()]) {
          const byName = await allFound({ story, [parameter]: typed });
          if (byName.entries !== count || !isDeepStrictEqual(byName, byValue)) wrong.push([parameter, typed, byName]);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test('are enough to find three things by what they call them', async () => {
    const { actor, place, type } = await facetsOf('karabakh-2020');
    expect(named(place as never).slice(0, 3)).toEqual([
      ['nagorno-karabakh', 'Nagorno-Karabakh', 18],
      ['AZ-KAL', 'Kalbajar', 7],
      ['AZ-LAC', 'Lachin', 7],
    ]);
    expect(named(actor as never)).toContainEqual(['FR', 'France', 3]);
    expect(type?.values.map(({ value }) => value)).toContain('district.ceded');
    const headlines = async (more: Record<string, string>) =>
      (await found({ story: 'karabakh-2020', ...more })).map(({ data }) => data.headline);
    expect(await headlines({ place: 'Lachin', type: 'district.ceded' })).toEqual([
      'Lachin, the last of the three districts, passes to Azerbaijan',
      'Armenia hands Lachin over to Azerbaijan',
    ]);
    expect(await headlines({ place: 'Aghdam', type: 'district.ceded' })).toEqual(['Aghdam passes to Azerbaijan']);
    expect(await headlines({ actor: 'Turkey' })).toHaveLength(2);
  });
});

describe('the endpoint of a newsroom', () => {
  test('receives events by the names of countries and subdivisions, and shows its filter as it was sent', async () => {
    const filter = { places: ['Laçın', 'US-CA'], actors: ['Turkey', 'Crisis Group'] };
    const { id, filter: created } = await createdEndpoint(world, { filter });
    await verifyEndpoint(id);
    expect(created).toEqual(filter);
    const event = (more: object) => developmentWith(more, { subject: 'delivered' });
    const lachin = { name: 'Lachin', iso3166_2: 'AZ-LAC' };
    const turkey = { name: 'Türkiye', iso3166: 'TR' };
    await world.post([
      event({ places: [lachin], actors: [turkey] }),
      event({ places: [lachin], actors: [{ name: 'Russia', iso3166: 'RU' }] }),
      event({ places: [{ name: 'Laçın' }], actors: [{ name: 'Crisis Group' }] }),
      event({ places: [{ name: 'Kalbajar', iso3166_2: 'AZ-KAL' }], actors: [turkey] }),
    ]);
    const positions = (await world.get('/v1/changes?story=delivered')).body.changes.map(
      ({ position }: { readonly position: number }) => position,
    );
    const { fanOut, queuedFor } = await subscribersIn();
    await fanOut();
    expect((await queuedFor(id)).map(({ position }) => position)).toEqual([positions[0], positions[2]]);

    const change = { filter: { places: ['Kalbajar'] } };
    const changed = await world.call('PATCH', `${endpointsPath}/${id}`, { body: change });
    expect(changed.body.filter).toEqual(change.filter);
    expect((await world.call('GET', `${endpointsPath}/${id}`)).body.filter).toEqual(change.filter);
    await world.post(event({ places: [{ name: 'Kəlbəcər', iso3166_2: 'AZ-KAL' }] }));
    await fanOut();
    expect(await queuedFor(id)).toHaveLength(3);
  });
});
