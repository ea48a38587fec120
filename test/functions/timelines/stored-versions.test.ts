import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { correctedRevision, eventWith, recordedRevision } from '../../events/given.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

type Item = Record<string, unknown>;

let world: World;
let log: typeof import('../../../functions/lib/event-log/log.ts');
let cards: typeof import('../../../functions/lib/timelines/cards.ts');
let heads: typeof import('../../../functions/lib/timelines/heads.ts');
let checkpoint: typeof import('../../../functions/lib/timelines/checkpoint.ts');
let publications: typeof import('../../../functions/lib/timelines/publications.ts');
let corrections: typeof import('../../../functions/lib/timelines/corrections.ts');
let generations: typeof import('../../../functions/lib/timelines/generations.ts');

const first = recordedRevision(eventWith({ when: { edtf: '2020-11-10' } }, { id: 'first' }));
const data = { when: { edtf: '2020-12-01' } };
const second = correctedRevision(first, 'Wrong day', data, { ...first.event.data, ...data });

const whole = { facet: 'ALL', spanClass: 'd', byEnd: false, low: '', high: '~', descending: false } as const;
const allLines = { first: '', last: '~' };

beforeAll(async () => {
  world = await startWorld();
  log = await import('../../../functions/lib/event-log/log.ts');
  cards = await import('../../../functions/lib/timelines/cards.ts');
  heads = await import('../../../functions/lib/timelines/heads.ts');
  checkpoint = await import('../../../functions/lib/timelines/checkpoint.ts');
  publications = await import('../../../functions/lib/timelines/publications.ts');
  corrections = await import('../../../functions/lib/timelines/corrections.ts');
  generations = await import('../../../functions/lib/timelines/generations.ts');
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
  for (const revision of [first, second]) {
    await log.append(revision, 'request-1');
    await world.sequence(revision.eventId);
  }
  await world.project();
  // Another rebuild takes the place of this one, whose generation is then retired.
  await generations.beginRebuild(await generations.beginRebuild(null));
});
afterAll(() => world.stop());

const readAll = () =>
  Promise.all([
    cards.readCards('1', { ...whole, past: false }, null, 10, 'consistent'),
    cards.readCards('1', { ...whole, past: true }, null, 10, 'consistent'),
    heads.readHeads('1', ['ALL'], 'consistent'),
    checkpoint.readCheckpoint(),
    corrections.readCorrections('1', ['ALL'], allLines, 10, 'consistent'),
    generations.retiredGenerations(),
  ]);

test('every item of the timelines stores its version', async () => {
  const items = await itemsOf('Timelines');
  expect(items.map((item) => item.v)).toEqual(items.map((item) => currentVersion(item)));
});

const isCard = ({ pk, e }: Item) => e !== undefined && !/^1#[HCN]#/.test(String(pk));
const isTombstone = ({ pk, e }: Item) => pk === '1#ALL' && e === undefined;
const isPublication = ({ pk }: Item) => /^1#N#/.test(String(pk));
const isPastCard = (item: Item) => item.until !== undefined && !isPublication(item);
const isHead = ({ pk, sk }: Item) => String(pk).startsWith('1#HEADS#') && sk === 'ALL';
const isCheckpoint = ({ sk }: Item) => sk === 'PROJECT';
const isCorrection = ({ pk }: Item) => pk === '1#C#ALL';
const currentVersion = (item: Item) => {
  if (isPastCard(item)) return 5;
  if (isCard(item)) return 4;
  if (isPublication(item) || String(item.pk).startsWith('1#HEADS#')) return 2;
  return item.pk === 'META' && !isRetired(item) ? 3 : 1;
};
const isRetired = ({ sk }: Item) => String(sk).startsWith('RETIRED#');

describe('reading an item of an unknown version throws an error that names it:', () => {
  test.each([
    ['card', isCard, '1, 2, 3, 4', () => cards.readCards('1', { ...whole, past: false }, null, 10, 'consistent')],
    ['tombstone', isTombstone, '1', () => cards.readCards('1', { ...whole, past: false }, null, 10, 'consistent')],
    ['past card', isPastCard, '3, 4, 5', () => cards.readCards('1', { ...whole, past: true }, null, 10, 'consistent')],
    ['head', isHead, '2', () => heads.readHeads('1', ['ALL'], 'consistent')],
    ['checkpoint', isCheckpoint, '3', () => checkpoint.readCheckpoint()],
    ['correction', isCorrection, '1', () => corrections.readCorrections('1', ['ALL'], allLines, 10, 'consistent')],
    ['publication', isPublication, '2', () => publications.readPublications('1', 'ALL', '~', 10, 'consistent')],
    ['retired generation', isRetired, '1', () => generations.retiredGenerations()],
  ] as const)('a %s', async (kind, isIt, known, read) => {
    const item = (await itemsOf('Timelines')).find(isIt) as Item;
    await putItem('Timelines', { ...item, v: 9 });
    await expect(read()).rejects.toMatchObject({
      name: 'UnreadableItem',
      message: `The ${kind} (pk ${item.pk}, sk ${item.sk}) has version 9; this release reads version ${known}. See "Upgrading and going back" in docs/operating.md.`,
    });
  });
});

test('items that were written before items had a version are read as version 1', async () => {
  const before = await readAll();
  const others = (await itemsOf('Timelines')).filter(
    (item) =>
      !isCheckpoint(item) && !isPastCard(item) && !isPublication(item) && !String(item.pk).startsWith('1#HEADS#'),
  );
  for (const { v: _v, ...item } of others) await putItem('Timelines', item);
  expect(await readAll()).toEqual(before);
});

test('a card is read as it was written', async () => {
  const [current, past] = await readAll();
  const [shown, tombstone] = [
    current.cards.find(({ content }) => content !== undefined),
    current.cards.find(({ content }) => content === undefined),
  ];
  expect(tombstone).toEqual({
    eventId: first.eventId,
    revision: 1,
    position: 2,
    order: expect.stringMatching(/^\d{15}#\d{15}#evt_/),
    place: tombstone?.order,
    publishedAt: shown?.publishedAt,
  });
  expect(past.cards).toMatchObject([
    {
      eventId: first.eventId,
      publishedUntil: shown?.publishedAt,
      content: { extent: { civilEarliest: '2020-11-10' } },
    },
  ]);
  expect(shown).toMatchObject({
    eventId: first.eventId,
    content: {
      extent: {
        earliest: Date.parse('2020-12-01T00:00:00.000Z'),
        latest: Date.parse('2020-12-01T23:59:59.999Z'),
        civilEarliest: '2020-12-01',
        civilLatest: '2020-12-01',
        kind: 'point',
      },
      filters: { types: [first.event.type], stories: ['karabakh-2020'] },
    },
  });
});

test('a card whose entry is stored whole, as up to version 3, is read as one without its first members is', async () => {
  const entriesRead = async () => {
    const [current, past] = await readAll();
    return [...current.cards, ...past.cards].flatMap(({ content }) =>
      content?.entry ? [JSON.parse(content.entry)] : [],
    );
  };
  const before = await entriesRead();
  expect(before).toMatchObject([
    {
      id: first.eventId,
      revision: 1,
      position: 2,
      newsroom: 'example',
      story: 'karabakh-2020',
    },
    { id: first.eventId, revision: 0, position: 1, newsroom: 'example', story: 'karabakh-2020' },
  ]);
  const stored = (await itemsOf('Timelines')).filter((item) => isCard(item) || isPastCard(item));
  expect(stored.every(({ e }) => String(e).startsWith(',"when":{"edtf":"2020-1'))).toBe(true);
  for (const { e, ...item } of stored) {
    const { r: revision, n: position, at: publishedAt, w, t: type, s } = item;
    const [[newsroom], [story]] = [w as string[], s as string[]];
    const said = JSON.stringify({ id: first.eventId, revision, position, publishedAt, newsroom, type, story });
    await putItem('Timelines', { ...item, v: isPastCard(item) ? 4 : 3, e: `${said.slice(0, -1)}${e}` });
  }
  expect(await entriesRead()).toEqual(before);
});
