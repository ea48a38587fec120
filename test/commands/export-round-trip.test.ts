import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { allSharedFields, developmentWith, requiredFields, typeSamples } from '../events/samples.ts';
import type { Server } from '../support/world/served-world.ts';
import { emptyTable } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { runTimeline } from './support/run-timeline.ts';
import { servePublished } from './support/serve-published.ts';

interface Listed {
  readonly id: string;
  readonly related?: readonly { readonly rel: string; readonly id: string }[];
  readonly data: { readonly headline: string; readonly relations?: readonly object[] };
}

const key = 'tl_example-abc234_0123456789012345678901234567890123456789012';

let world: World;
let server: Server;
let folder: string;

beforeAll(async () => {
  world = await startWorld();
  server = await servePublished(world);
  folder = await mkdtemp(join(tmpdir(), 'timeline-round-trip-'));
});
afterAll(async () => {
  await server.stop();
  await world.stop();
  await rm(folder, { recursive: true });
});

/** Every type with every field, each with a headline of its own. */
const ofTypes = Object.entries(typeSamples).map(([type, { required, optional }]) => ({
  ...developmentWith({}, { id: type, subject: 'talks' }),
  type,
  data: { ...requiredFields, headline: type, ...required, ...optional },
}));

const dates = (
  '2020 202X 20XX 2020-11 2020-11-XX 2020-11-09 2020-11-09~ 2020-11-09? 2020-11-09% 2020-11-09/2020-11-10 ' +
  '2020-11-09/.. 2020-11-09/ ../2020-11-09 /2020-11-09 2020-11-10T14:30:00Z 2020-11-10T14:30:00+03:00'
).split(' ');
const ofDates = dates.flatMap((edtf) =>
  [{ edtf }, { edtf, tz: 'Asia/Baku' }, { edtf, kind: 'point' }, { edtf, kind: 'span' }].map((when) => {
    const headline = JSON.stringify(when);
    return developmentWith({ headline, when }, { id: headline, subject: 'talks' });
  }),
);

const others = [
  developmentWith({ ...allSharedFields, headline: 'With every field', relations: [] }, { id: 'all', subject: 'talks' }),
  developmentWith(
    { headline: '\u202eשלום\u202c 中文 e\u0301 👩‍👧 \u2028', summary: 'One\nTwo\tThree' },
    { id: 'שלום/..?&', subject: 'talks' },
  ),
  developmentWith({ headline: 'Retracted' }, { id: 'retracted', subject: 'talks' }),
  developmentWith({ headline: 'Old', when: { edtf: '1990' } }, { id: 'old', subject: 'road', stories: ['talks'] }),
  developmentWith(
    {
      headline: 'Related',
      relations: ['retracted', 'old', 'never-posted'].map((id) => ({ rel: 'amends', id })),
    },
    { id: 'related', subject: 'talks' },
  ),
].map(({ stories, ...event }: ReturnType<typeof developmentWith> & { stories?: string[] }) => ({
  ...event,
  data: { ...event.data, ...(stories && { stories }) },
}));

/**
 * What readers see, without what each system decides for itself: ids, positions and instants. Related events are named
 * by headline.
 */
async function shown(): Promise<string[]> {
  const { entries } = (await world.get('/v1/timeline?limit=500')).body as { entries: Listed[] };
  const headlines = new Map(entries.map(({ id, data }) => [id, data.headline]));
  return entries
    .map(({ id, related = [], data: { relations = [], ...data }, ...entry }) =>
      JSON.stringify({
        ...entry,
        position: null,
        publishedAt: null,
        data,
        relations: relations.length,
        related: related.map(({ rel, id: other }) => ({ rel, headline: headlines.get(other) ?? null })),
      }),
    )
    .sort();
}

test('Events of every type, with every kind of date, are shown the same after an export and an import', async () => {
  const events = [...ofTypes, ...ofDates, ...others];
  for (const event of events) {
    const { status, body } = await world.call('POST', '/v1/events', { body: JSON.stringify(event) });
    expect({ status, event }).toEqual({ status: 201, event });
    await world.settle(body.id);
    // Their pace is not what is tested.
    await emptyTable('Access');
    if ((event as { id?: string }).id !== 'retracted') continue;
    const { body: retracted } = await world.call('POST', `/v1/events/${body.id}/retraction`, {
      body: { note: 'It did not happen.' },
      headers: { 'if-match': '"0"' },
    });
    await world.settle(retracted.id);
  }
  const before = await shown();
  const count = events.length - 1;
  expect(before).toHaveLength(count);
  const file = join(folder, 'all.ndjson');
  const run = (...words: string[]) => runTimeline([...words, '--url', server.url, '--key', key]);
  expect(await run('export', '--all', '--output', file)).toMatchObject({ code: 0, errors: '' });
  for (const table of ['EventLog', 'Timelines', 'Access'] as const) await emptyTable(table);
  const imported = (created: number, replayed: number) => ({
    code: 0,
    output: `${created} created, ${replayed} replayed, 0 refused\n`,
    errors: '',
  });
  expect(await run('import', file)).toEqual(imported(count, 0));
  expect(await shown()).toEqual(before);
  expect(await run('import', file)).toEqual(imported(0, count));
});
