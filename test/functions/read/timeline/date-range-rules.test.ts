import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../../../events/samples.ts';
import { refused } from '../../../support/expectations/problem.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

let world: World;
let stories = 0;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

/**
 * Posts an event in a story of its own and asks for a range: how sure the answer is of it, or null if it is not there.
 */
async function answerTo(when: object, query: string): Promise<string | null> {
  const story = `rule-${++stories}`;
  expect((await world.post(developmentWith({ when }, { subject: story }))).status).toBe(201);
  const reply = await world.get(`/v1/timeline?story=${story}&${query}`);
  expect(reply.status).toBe(200);
  const [entry] = reply.body.entries;
  expect(entry?.when.edtf ?? null).toBe(reply.body.entries.length ? Object(when).edtf : null);
  return entry?.certainty ?? null;
}

describe('the rules behind the cases', () => {
  test.each<[string, object, string, string | null]>([
    [
      'the first millisecond of a range counts',
      { edtf: '2020-11-10T00:00:00Z' },
      'from=2020-11-10T00:00:00Z',
      'certain',
    ],
    ['an instant bound ends before itself', { edtf: '2020-11-10T00:00:00Z' }, 'to=2020-11-10T00:00:00Z', null],
    ['a second reaches beyond half of it', { edtf: '2020-11-10T00:00:00Z' }, 'to=2020-11-10T00:00:00.500Z', 'possible'],
    [
      'a plus sign is written as %2B',
      { edtf: '2020-11-09T22:00:00Z' },
      'from=2020-11-10T01:00:00%2B03:00&to=2020-11-10T01:00:01%2B03:00',
      'certain',
    ],
    [
      'a day in the far east is its own',
      { edtf: '2020-11-10', tz: 'Pacific/Kiritimati' },
      'date=2020-11-10',
      'certain',
    ],
    ['a day in the far west is its own', { edtf: '2020-11-10', tz: 'Pacific/Niue' }, 'date=2020-11-10', 'certain'],
    [
      'a day in the far east is not the one before',
      { edtf: '2020-11-10', tz: 'Pacific/Kiritimati' },
      'date=2020-11-09',
      null,
    ],
    ['a day in the far west is not the one after', { edtf: '2020-11-10', tz: 'Pacific/Niue' }, 'date=2020-11-11', null],
    [
      'a day in the far east is two days elsewhere',
      { edtf: '2020-11-10', tz: 'Pacific/Kiritimati' },
      'date=2020-11-09&tz=UTC',
      'possible',
    ],
    ['a decade is found in a year of it', { edtf: '199X' }, 'date=1993', 'possible'],
    ['a century is found in a decade of it', { edtf: '19XX' }, 'date=1990/1999', 'possible'],
    [
      'a span that is said to be one is certain in a part',
      { edtf: '2020-11', kind: 'span' },
      'date=2020-11-05',
      'certain',
    ],
    ['an open start goes on before', { edtf: '../2020-11-10' }, 'date=1500', 'certain'],
    ['an open start begins in no bounded range', { edtf: '../2020-11-10' }, 'date=2020&match=starts', null],
    ['an open start ends where it ends', { edtf: '../2020-11-10' }, 'from=2020-11-11', null],
    ['an open end is in no bounded range wholly', { edtf: '2020-11-10/..' }, 'date=2020/9999&match=within', null],
    ['an open end is wholly in an open range', { edtf: '2020-11-10/..' }, 'from=2020&match=within', 'certain'],
    ['an unknown end is certain at the date that is known', { edtf: '2020-11-10/' }, 'date=2020-11-10', 'certain'],
    ['everything is certain where nothing is asked', { edtf: '2020-11-10/' }, 'order=asc', 'certain'],
    ['date= takes two sides', { edtf: '2020-11-10' }, 'date=2020-11-01/2020-11-10', 'certain'],
    ['date= takes an open side', { edtf: '2020-11-10' }, 'date=../2020-11-09', null],
    [
      'a month range takes a month with a zone',
      { edtf: '2020-11-10T00:00:00+03:00', tz: 'Europe/Moscow' },
      'date=2020-11&tz=Europe/Moscow',
      'certain',
    ],
    ['a decade is all of its years', { edtf: '1994-05-12' }, 'date=199X', 'certain'],
    ['a decade ends with its last year', { edtf: '2000-01-01' }, 'date=199X', null],
    ['a qualifier does not widen a range', { edtf: '2020-11-10' }, 'date=2020-11-09~', null],
    ['a range may be unsure of its dates', { edtf: '2020-11-10' }, 'from=2020-11?&to=2020%25', 'certain'],
    ['unspecified days are those of the month', { edtf: '2020-11-10' }, 'date=2020-11-XX', 'certain'],
    ['an end that is left empty is open', { edtf: '2020-11-10' }, 'date=2020/', 'certain'],
    ['a start that is left empty is open', { edtf: '2020-11-10' }, 'date=/2020-11-09', null],
    ['the year 9999 has an end', { edtf: '9999' }, 'from=9999-12-31', 'possible'],
    ['the year 1 has a beginning', { edtf: '0001', historical: true }, 'to=0001-01-01', 'possible'],
  ])('%s', async (_, when, query, answer) => {
    expect(await answerTo(when, query)).toBe(answer);
  });

  test('the earliest come first, of these the shortest; an open start before all, an open end after all', async () => {
    const inOrder = [
      ...['../2020-11-01', '/2020-11-10', '../2020-11-10', '2019/..', '2020', '2020-11', '2020-11/..'],
      ...['2020-11-09/2020-11-10', '2020-11-10', '2020-11-10/2020-11-11', '2020-11-10/2021', '2020-11-10/'],
    ];
    const shuffled = [...inOrder].sort((one, other) => one.slice(-3).localeCompare(other.slice(-3)));
    await world.post(shuffled.map((edtf) => developmentWith({ when: { edtf } }, { subject: 'ordered' })));
    const edtfs = async (order: string) => {
      const { entries } = (await world.get(`/v1/timeline?story=ordered&order=${order}`)).body;
      return entries.map(({ when }: { when: { edtf: string } }) => when.edtf);
    };
    const [ascending, descending] = [await edtfs('asc'), await edtfs('desc')];
    const isTied = (edtf: string) => ['/2020-11-10', '../2020-11-10'].includes(edtf);
    expect(ascending.filter((edtf: string) => !isTied(edtf))).toEqual(inOrder.filter((edtf) => !isTied(edtf)));
    expect(ascending.slice(1, 3).every(isTied)).toBe(true);
    expect(descending).toEqual(ascending.reverse());
  });

  test('a civil bound holds the day of every zone', async () => {
    const zones = ['Pacific/Kiritimati', 'Asia/Baku', 'UTC', 'America/New_York', 'Pacific/Niue'];
    const dayIn = (edtf: string) => zones.map((tz) => developmentWith({ when: { edtf, tz } }, { subject: 'zones' }));
    await world.post(['2020-11-09', '2020-11-10', '2020-11-11'].flatMap(dayIn));
    for (const query of ['date=2020-11-10', 'date=2020-11-10&match=within', 'date=2020-11-10&match=starts']) {
      const { entries } = (await world.get(`/v1/timeline?story=zones&${query}`)).body;
      expect(entries.map(({ when }: { when: { tz: string } }) => when.tz)).toEqual(zones);
    }
  });

  test.each<[string, string]>([
    ['from=2020-12&to=2020-11', 'to'],
    ['from=2020-11-10T00:00:00Z&to=2020-11-10T00:00:00Z', 'to'],
    ['from=2020-11-10&to=2020-11-10T00:00:00Z', 'to'],
    ['from=', 'from'],
    ['to=2020-13', 'to'],
    ['to=2021-02-29', 'to'],
    ['from=2020-11-10T00:00:00', 'from'],
    ['from=2020-11-10T00:00:00+03:00', 'from'],
    ['from=2020-11-10T24:00:00Z', 'from'],
    ['from=2020-1X', 'from'],
    ['from=2020-11-09~~', 'from'],
    ['from=..', 'from'],
    ['tz=Asia/Nowhere', 'tz'],
    ['from=2020&tz=%2B03:00', 'tz'],
    ['match=touch', 'match'],
    ['date=2020&from=2020', 'date'],
    ['date=2020&to=2020', 'date'],
    ['date=2020/2021/2022', 'date'],
    ['date=../..', 'date'],
    ['date=..', 'date'],
    ['date=/', 'date'],
    ['date=2021/2020', 'date'],
  ])('%s is refused', async (query, parameter) => {
    const reply = await world.get(`/v1/timeline?${query}`);
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual(refused({ parameter }));
  });
});
