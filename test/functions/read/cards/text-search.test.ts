import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../../events/identity.ts';
import type { TextSearch } from '../../../../functions/lib/read/cards/text-search.ts';
import { developmentWith } from '../../../events/samples.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const subject = 'truce';
const manyLarge = 52;

let world: World;
let newSearch: () => TextSearch;
let ids: string[];

/** A headline, in an entry so large that its card does not have the text. */
const large = (headline: string, day: string) =>
  developmentWith({ headline, summary: 'peace talks '.repeat(450), when: { edtf: day } }, { subject });

beforeAll(async () => {
  world = await startWorld();
  await world.call('PUT', `/v1/stories/${subject}`, {
    body: { title: 'The truce', description: 'How it came about.', timezone: 'Asia/Baku', language: 'en' },
  });
  await world.settle(eventIdOf('/stories', subject));
  await world.post(
    developmentWith({ headline: 'Peace talks go on', when: { edtf: '2019-01-01/..', kind: 'span' } }, { subject }),
  );
  const events = Array.from({ length: manyLarge }, (_, index) =>
    large(`Report ${index}`, new Date(Date.UTC(2020, 0, 1 + index)).toISOString().slice(0, 10)),
  );
  const { body } = await world.post(events);
  ids = body.results.map(({ id }: { id: string }) => id);
  const { TextSearch: Search } = await import('../../../../functions/lib/read/cards/text-search.ts');
  newSearch = () => new Search(['peace'], '1', 'consistent');
});
afterAll(() => world.stop());

test.each(['from=2020&q=peace', 'from=2020&q=talks'])(
  'a search from a date also finds what began before and goes on, beside many large entries: %s',
  async (query) => {
    const { status, text } = await world.get(`/stories/${subject}?${query}`, { accept: 'text/html' });
    expect([status, text.includes('Peace talks go on')]).toEqual([200, true]);
  },
);

test('a search that is spent still says how far it has looked, and goes on', async () => {
  const entries = ids.map((eventId, index) => ({
    order: String(index).padStart(2, '0'),
    entry: null,
    largeBytes: 5_400,
    revision: { eventId, revision: 0, position: index + 3, publishedAt: '' },
  }));
  const search = newSearch();
  const orders = ({ matches }: { matches: readonly { order: string }[] }) => matches.map(({ order }) => order);
  const first = await search.narrow(entries);
  expect([orders(first), first.lookedUntil, search.isSpent]).toEqual([
    entries.slice(0, 50).map(({ order }) => order),
    '49',
    true,
  ]);
  const second = await search.narrow(entries.slice(50));
  expect([orders(second), second.lookedUntil]).toEqual([['50'], '50']);
  const third = await search.narrow(entries.slice(51));
  expect([orders(third), third.lookedUntil]).toEqual([['51'], null]);
});
