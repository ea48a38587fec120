import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseRange } from '../../../../events/dates/range.ts';
import { storyFacet } from '../../../../events/filters/facet-keys.ts';
import type { Match } from '../../../../functions/lib/read/cards/matches.ts';
import { developmentWith } from '../../../events/samples.ts';
import { type Redactions, redactionsIn } from '../../../support/fixtures/redaction.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const facet = storyFacet('karabakh-2020');
const limit = 12;

let world: World;
let redactions: Redactions;

beforeAll(async () => {
  world = await startWorld();
  redactions = await redactionsIn(world);
});

afterAll(() => world.stop());

const shown = ({ order, entry, filters, revision }: Match) => ({ order, entry, filters, revision });

/** The entries as they are followed, and as a read that remembers nothing finds them. */
async function entriesNow(asOf?: string) {
  const { takeSnapshot } = await import('../../../../functions/lib/read/cards/snapshot.ts');
  const { readMatches } = await import('../../../../functions/lib/read/cards/matches.ts');
  const { followedMatches } = await import('../../../../functions/lib/read/cards/followed-matches.ts');
  const snapshot = await takeSnapshot({ facetLists: [[facet]], asOf, pinned: undefined, now: Date.now() });
  const { heads, checkpoint, moment, consistency } = snapshot;
  const [head] = heads;
  if (!head) throw new Error('There is no story.');
  const { matches, isComplete } = await followedMatches(head, snapshot, limit);
  const read = await readMatches({
    generation: checkpoint.generation,
    heads,
    accepts: () => true,
    range: parseRange({}),
    descending: false,
    limit,
    asOf: moment,
    after: null,
    consistency,
  });
  expect(matches.map(shown)).toEqual(read.matches.map(shown));
  expect(isComplete).toBe(read.next === null);
  return matches;
}

/** An event on a day of 2020, of a span, or of the 1990s. */
const posted = async (edtf: string, data: object = {}) =>
  (await world.post(developmentWith({ when: { edtf }, ...data }))).body.id as string;

async function change(id: string, revision: number, of: 'corrections' | 'retraction', body: object) {
  const { status } = await world.call('POST', `/v1/events/${id}/${of}`, {
    headers: { 'if-match': `"${revision}"` },
    body: { note: 'It was wrong.', ...body },
  });
  expect(status).toBe(201);
  await world.settle(id);
}

test('the entries of a story are followed through every kind of change', async () => {
  const first = await posted('2020-11-09');
  const second = await posted('2020-11-10/2021-02-01');
  const third = await posted('199X', { actors: [{ name: 'Jane Roe' }] });
  await posted('2020-12-01', { summary: 'A long text. '.repeat(120) });
  const before = await entriesNow();
  expect(before.length).toBe(4);

  // A change leaves the other entries as they were: they are not read again.
  await change(first, 0, 'corrections', { data: { headline: 'Another headline' } });
  const corrected = await entriesNow();
  expect(corrected.filter((match) => before.includes(match)).length).toBe(3);
  const [{ publishedAt: middle } = { publishedAt: '' }] = (await redactions.publishedOf(first)).slice(-1);

  await change(first, 1, 'corrections', { data: { when: { edtf: '2020-11-08' } } });
  await change(second, 0, 'corrections', { data: { when: { edtf: '2020-11-10' } } });
  expect((await entriesNow()).filter((match) => before.includes(match)).length).toBe(2);
  await change(second, 1, 'retraction', {});
  expect((await entriesNow()).length).toBe(3);

  // As of an earlier instant, and now again.
  expect((await entriesNow(middle)).length).toBe(4);
  expect((await entriesNow()).length).toBe(3);

  // Nothing happened, and something happened elsewhere.
  const still = await entriesNow();
  await world.post(developmentWith({}, { subject: 'minsk-group' }));
  expect((await entriesNow()).every((match) => still.includes(match))).toBe(true);

  await redactions.redact(third, { note: 'By order of the court.' });
  await world.project();
  expect((await entriesNow()).map(({ entry }) => entry).join()).not.toContain('Jane Roe');
});

test('they are followed up to a limit, and read anew beyond it', async () => {
  const ids: string[] = [];
  for (let day = 10; day < 22; day += 1) {
    ids.push(await posted(`2021-05-${day}`));
    await entriesNow();
  }
  expect((await entriesNow()).length).toBe(limit);
  for (const id of ids.slice(0, 6)) {
    await change(id, 0, 'retraction', {});
    await entriesNow();
  }
  const before = await entriesNow();
  await posted('2021-05-30');
  expect((await entriesNow()).filter((match) => before.includes(match)).length).toBe(before.length);
});
