import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import { type Route, routes } from '../../../functions/routes.ts';
import { developmentWith } from '../../events/samples.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** Names that every object has from its prototype: a look-up by one of them finds something that is no word of ours. */
const names = ['constructor', 'toString', 'valueOf', '__proto__', 'hasOwnProperty'];

let world: World;
let eventId: string;

beforeAll(async () => {
  world = await startWorld();
  await world.call('PUT', '/v1/stories/truce', {
    body: { title: 'The truce', description: 'How it came about.', timezone: 'Asia/Baku', language: 'en' },
  });
  await world.settle(eventIdOf('/stories', 'truce'));
  const { body } = await world.post(
    developmentWith({ headline: 'Talks begin', when: { edtf: '2020-11-10' } }, { subject: 'truce' }),
  );
  eventId = body.id;
});
afterAll(() => world.stop());

// The one that waits takes the parameters of /v1/changes.
const reads = routes.filter(({ method, path }) => method === 'GET' && path !== '/v1/changes/wait');

const placeOf = (path: string) => path.replace('{story}', 'truce').replace('{id}', eventId);

/** Requests that each have a name in one place: in the path, or in a parameter of the query. */
const targetsOf = ({ path, query = [] }: Route, name: string): string[] => [
  ...(path.includes('{') ? [path.replaceAll(/\{\w+\}/g, name)] : []),
  ...query.flatMap((parameter) => {
    const asked = `${placeOf(path)}?${parameter}=${name}`;
    // A search needs a range where there is no story.
    return parameter === 'q' ? [asked, `${asked}&from=2020`] : [asked];
  }),
];

test.each(reads.map((route) => [route.path, route] as const))(
  '%s takes names that every object has as any other text',
  async (_path, route) => {
    const failed: unknown[] = [];
    for (const target of names.flatMap((name) => targetsOf(route, name))) {
      for (const accept of ['text/html', 'application/json']) {
        const { status } = await world.get(target, { accept });
        if (status >= 500) failed.push([target, accept, status]);
      }
    }
    expect(failed).toEqual([]);
  },
);

test.each(names.flatMap((name) => [`type=${name}`, `status=${name}`]))(
  'the page of a story answers ?%s with its form, as any value that there is not',
  async (query) => {
    const [parameter = '', value = ''] = query.split('=');
    const nonsense = await world.get(`/stories/truce?${parameter}=nonsense`, { accept: 'text/html' });
    const { status, text } = await world.get(`/stories/truce?${query}`, { accept: 'text/html' });
    expect([nonsense.status, status]).toEqual([400, 400]);
    expect(text).toContain(`<option value="${value}" selected`);
  },
);

test.each(names)('a place that is called %s is found by its name', async (name) => {
  const { body: posted } = await world.post(
    developmentWith({ headline: name, places: [{ name }] }, { subject: 'places' }),
  );
  const { status, body } = await world.get(`/v1/timeline?story=places&place=${encodeURIComponent(name)}`);
  expect([status, body.entries.map(({ id }: { id: string }) => id)]).toEqual([200, [posted.id]]);
});
