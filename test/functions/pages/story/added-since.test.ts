import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { JSDOM } from 'jsdom';
import { developmentWith } from '../../../events/samples.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

let world: World;
/** When the first reports were published, and nothing else. */
let then: string;

async function post(headline: string, edtf: string, more: object = {}): Promise<string> {
  const { body } = await world.post(developmentWith({ headline, when: { edtf }, ...more }, { subject: 'truce' }));
  await world.settle(body.id);
  return body.id;
}

async function change(path: string, id: string, body: object): Promise<void> {
  await world.call('POST', `/v1/events/${id}/${path}`, { headers: { 'if-match': '"0"' }, body });
  await world.settle(id);
}

const instantOf = async (id: string): Promise<string> => (await world.get(`/v1/events/${id}`)).body.publishedAt;

/** What the page as of the instant says has changed since. */
async function notice(query = '', path = '/stories/truce'): Promise<string | null> {
  const { text } = await world.get(`${path}?asOf=${then}${query}`);
  return new JSDOM(text).window.document.querySelector('[role=note] p')?.textContent ?? null;
}

const known = 'This is the record as it was then. What has changed since is marked.';
const unchanged = 'Nothing on this page has been corrected or taken back since.';

beforeAll(async () => {
  world = await startWorld();
  const dated = await post('Talks begin', '2020-10-20');
  const described = await post('Peacekeepers deploy', '2020-11-10');
  then = await instantOf(described);
  await post('A road is opened', '2020-11-12');
  await post('A bridge is opened', '2020-11-13', { status: 'disputed' });
  await post('A school is opened', '2021-01-07');
  const rumour = await post('A rumour', '2020-11-14');
  await change('retraction', rumour, { note: 'It did not happen.' });
  await change('corrections', dated, { note: 'They began later.', data: { when: { edtf: '2020-11-20' } } });
  await change('corrections', described, { note: 'In Lachin.', data: { summary: 'They are in Lachin.' } });
  await world.project();
});
afterAll(() => world.stop());

describe('The page of a story as of an instant says how many events have been added since', () => {
  test('to the whole timeline, without those that were taken back', async () => {
    expect(await notice()).toBe(`${known} 3 events have been added here since.`);
  });

  test('to the dates that are asked for, with one that a correction has brought into them', async () => {
    expect(await notice('&from=2020-11&to=2020-11')).toBe(`${known} 3 events have been added here since.`);
    expect(await notice('&from=2021')).toBe(`${known} ${unchanged} 1 event has been added here since.`);
    expect(await notice('&from=2022')).toBe(`${known} ${unchanged} Nothing has been added here since.`);
  });

  test('by the filters and the words that are asked for', async () => {
    expect(await notice('&status=disputed')).toBe(`${known} ${unchanged} 1 event has been added here since.`);
    expect(await notice('&q=opened&to=2020')).toBe(`${known} ${unchanged} 2 events have been added here since.`);
    expect(await notice('&q=Lachin')).toBe(`${known} ${unchanged} 1 event has been added here since.`);
    expect(await notice('&type=truce.signed')).toBe(`${known} ${unchanged} Nothing has been added here since.`);
  });

  test('in French', async () => {
    expect(await notice('&language=fr')).toBe(
      'Voici les archives telles qu’elles étaient alors. Ce qui a changé depuis est signalé. 3 événements ont été ajoutés ici depuis.',
    );
    expect(await notice('&language=fr&from=2021')).toMatch(/ 1 événement a été ajouté ici depuis\.$/);
    expect(await notice('&language=fr&from=2022')).toMatch(/ Rien n’a été ajouté ici depuis\.$/);
  });

  test('with a link to the page as it is now, and not on the page as it is now', async () => {
    const { text } = await world.get(`/stories/truce?from=2020-11&asOf=${then}`);
    const link = new JSDOM(text).window.document.querySelector('[role=note] a');
    expect([link?.textContent, link?.getAttribute('href')]).toEqual([
      'What is known now',
      '/stories/truce?from=2020-11',
    ]);
    expect((await world.get('/stories/truce')).text).not.toContain('since.');
  });
});

test('A page as of an instant counts no more of what was added than it may read, and says so', async () => {
  const add = async (from: number, count: number) => {
    const body = Array.from({ length: count }, (_, index) =>
      developmentWith(
        { headline: `Event ${from + index}`, when: { edtf: '2022-03-01' } },
        { subject: 'truce', id: `more-${from + index}` },
      ),
    );
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const reply = await world.call('POST', '/v1/events', { body, headers });
    await world.settle(...reply.body.results.map(({ id }: { id: string }) => id));
  };
  for (const from of [0, 70, 140]) await add(from, 70);
  await world.project();
  expect(await notice()).toBe(`${known} 213 events have been added here since.`);
  expect(await notice('&from=2022')).toBe(`${known} ${unchanged} At least 200 events have been added here since.`);
  expect(await notice('&from=2023')).toBe(
    `${known} ${unchanged} More has been published since than can be counted here.`,
  );
});
