import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { eventIdOf } from '../../events/identity.ts';
import { developmentWith } from '../events/samples.ts';
import { type Server, serve } from '../support/world/served-world.ts';
import { emptyTable } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { runTimeline } from './support/run-timeline.ts';
import { servePublished } from './support/serve-published.ts';

const key = 'tl_example-abc234_0123456789012345678901234567890123456789012';
const note = 'The row was entered by mistake.';
const story = 'bridge-talks';

let world: World;
let server: Server;
let folder: string;

beforeAll(async () => {
  world = await startWorld();
  server = await servePublished(world);
  folder = await mkdtemp(join(tmpdir(), 'timeline-retract-'));
});
beforeEach(() => Promise.all((['EventLog', 'Timelines', 'Subscribers', 'Access'] as const).map(emptyTable)));
afterAll(async () => {
  await server.stop();
  await world.stop();
  await rm(folder, { recursive: true });
});

const idOf = (id: string) => eventIdOf('/newsrooms/example', id);
const line = (id: string, more: object = {}, attributes: object = {}) =>
  JSON.stringify(developmentWith({ headline: `Row ${id}`, ...more }, { id, subject: story, ...attributes }));

async function run(rows: readonly string[], options: readonly string[] = [], answer?: string, { url } = server) {
  const file = join(folder, 'events.ndjson');
  await writeFile(file, rows.join('\n'));
  return runTimeline(['import', file, '--url', url, '--key', key, ...options], answer);
}
const retracting = ['--retract-missing', '--note', note];
const rowsOf = (...ids: string[]) => ids.map((id) => line(id));
/** The headlines of the timelines, in order. */
async function headlines() {
  const { body } = await world.get('/v1/timeline?limit=500');
  return body.entries.map(({ data }: { readonly data: { readonly headline: string } }) => data.headline).sort();
}
const listed = (...ids: string[]) => ids.map((id) => `  2020-12-01  ${idOf(id)}  Row ${id}`).join('\n');

test('Events that are no longer in the file are listed, and retracted once that is confirmed, with the note', async () => {
  await run(rowsOf('a', 'b', 'c'));
  const declined = await run(rowsOf('a', 'c'), retracting, 'no');
  const list = `1 of 3 events of your newsroom in these stories is not in the file:\n${listed('b')}\n`;
  expect(declined).toEqual({
    code: 1,
    output: `0 created, 2 replayed, 0 refused\n${list}`,
    errors: 'To retract it for good, type yes: no\nNothing was retracted: it was not confirmed.\n',
  });
  expect(await headlines()).toEqual(['Row a', 'Row b', 'Row c']);
  expect(await run(rowsOf('a', 'c'), retracting, 'yes')).toEqual({
    code: 0,
    output: `0 created, 2 replayed, 0 refused\n${list}1 retracted\n`,
    errors: 'To retract it for good, type yes: yes\n',
  });
  expect(await headlines()).toEqual(['Row a', 'Row c']);
  expect((await world.get(`/v1/events/${idOf('b')}`)).body).toMatchObject({ type: '/problems/retracted', note });
  expect(await run(rowsOf('a', 'c'), retracting, 'yes')).toEqual({
    code: 0,
    output: '0 created, 2 replayed, 0 refused\nNothing to retract: the file has all events.\n',
    errors: '',
  });
  const { body } = await world.get(`/v1/events/${idOf('b')}/history`);
  expect(body.revisions.map(({ kind }: { readonly kind: string }) => kind)).toEqual(['recorded', 'retracted']);
});

test('A dry run shows the list alone, and --json has it for programs', async () => {
  await run(rowsOf('a', 'b', 'c'));
  const dry = ['--dry-run', ...retracting];
  expect(await run(rowsOf('a', 'b'), dry)).toEqual({
    code: 0,
    output: [
      'Dry run, nothing was stored: 0 created, 2 replayed, 0 refused',
      '1 of 3 events of your newsroom in these stories is not in the file:',
      listed('c'),
      'Dry run, nothing was retracted.',
      '',
    ].join('\n'),
    errors: '',
  });
  const { code, output } = await run(rowsOf('a', 'b'), [...retracting, '--yes', '--json']);
  expect({ code, result: JSON.parse(output) }).toEqual({
    code: 0,
    result: {
      created: 0,
      replayed: 2,
      refused: [],
      missing: [{ id: idOf('c'), when: '2020-12-01', headline: 'Row c' }],
      retracted: 1,
    },
  });
  expect(await headlines()).toEqual(['Row a', 'Row b']);
});

test('Half of a story or more is retracted only if its number is given, since the file may be half a file', async () => {
  await run(rowsOf('a', 'b', 'c', 'd'));
  const half = rowsOf('a', 'b');
  const doubt = 'That is half or more of bridge-talks. Is the file whole?';
  expect(await run(half, [...retracting, '--yes'])).toMatchObject({
    code: 1,
    errors: `Nothing was retracted. ${doubt} If it is, say how many are to be retracted: --retract-count 2\n`,
  });
  expect(await run(half, [...retracting, '--yes', '--retract-count', '3'])).toMatchObject({
    code: 1,
    errors: 'Nothing was retracted: --retract-count is 3, but the file lacks 2 events.\n',
  });
  expect(await run(half, retracting, 'yes')).toMatchObject({
    code: 1,
    errors: `${doubt} To retract them for good, type the number: yes\nNothing was retracted: it was not confirmed.\n`,
  });
  expect(await headlines()).toEqual(['Row a', 'Row b', 'Row c', 'Row d']);
  expect(await run(half, retracting, '2')).toMatchObject({
    code: 0,
    output: expect.stringMatching(/\n2 retracted\n$/),
  });
  expect(await headlines()).toEqual(['Row a', 'Row b']);
  expect(await run(rowsOf('a'), [...retracting, '--yes', '--retract-count', '1'])).toMatchObject({ code: 0 });
  expect(await headlines()).toEqual(['Row a']);
});

test('A story that a row names by mistake is not emptied by a yes, however few of all events it has', async () => {
  const large = rowsOf('a', 'b', 'c', 'd', 'e', 'f');
  await run([...large, line('x', {}, { subject: 'harbour-trial' }), line('y', {}, { subject: 'harbour-trial' })]);
  const strayed = [...large, line('z', {}, { subject: 'harbour-trial' })];
  expect(await run(strayed, [...retracting, '--yes'])).toMatchObject({
    code: 1,
    errors:
      'Nothing was retracted. That is half or more of harbour-trial. Is the file whole? If it is, say how many are to be retracted: --retract-count 2\n',
  });
  expect(await headlines()).toHaveLength(9);
});

test('Events of other newsrooms and of other stories stay, also those that belong to the story besides their own', async () => {
  await run([...rowsOf('a', 'b', 'c'), line('elsewhere', {}, { subject: 'harbour-trial' })]);
  await run([line('both', { stories: [story] }, { subject: 'harbour-trial' })]);
  const foreign = await world.call('POST', '/v1/events', {
    newsroom: 'another',
    body: developmentWith({ headline: 'Of another newsroom' }, { id: 'b', subject: story }),
  });
  await world.settle(foreign.body.id);
  const { code, output } = await run(rowsOf('a', 'b'), [...retracting, '--yes']);
  expect({ code, output: output.split('\n').slice(1) }).toEqual({
    code: 0,
    output: ['1 of 3 events of your newsroom in these stories is not in the file:', listed('c'), '1 retracted', ''],
  });
  expect(await headlines()).toEqual(['Of another newsroom', 'Row a', 'Row b', 'Row both', 'Row elsewhere']);
});

test('A file without events, or with a line that is refused, retracts nothing and says so', async () => {
  await run(rowsOf('a', 'b', 'c'));
  expect(await run([''], [...retracting, '--yes'])).toEqual({
    code: 1,
    output: '0 created, 0 replayed, 0 refused\n',
    errors: 'Nothing was retracted, since the file has no events.\n',
  });
  const withFault = [...rowsOf('a', 'b'), '{"id":'];
  expect(await run(withFault, [...retracting, '--yes'])).toEqual({
    code: 1,
    output: expect.stringMatching(/^0 created, 2 replayed, 1 refused\nline 3: Not a JSON object: .+\n$/),
    errors: 'Nothing was retracted, since lines were refused. Import the file again without them.\n',
  });
  expect(await headlines()).toEqual(['Row a', 'Row b', 'Row c']);
});

test('An event that is corrected after it was listed is not retracted', async () => {
  await run(rowsOf('a', 'b', 'c', 'd', 'e'));
  const changed = idOf('d');
  const between = await serve(async (text, path, headers, method = 'GET') => {
    if (path === `/v1/events/${changed}/retraction`) {
      await world.call('POST', `/v1/events/${changed}/corrections`, {
        body: { note: 'More is known.', data: { headline: 'Row d, corrected' } },
        headers: { 'if-match': '"0"' },
      });
      await world.settle(changed);
    }
    const response = await fetch(new URL(path, server.url), {
      method,
      headers: Object.fromEntries(
        ['content-type', 'if-match'].flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : [])),
      ),
      ...(text !== '' && { body: text }),
    });
    return { status: response.status, text: await response.text() };
  });
  const ended = await run(rowsOf('a', 'b', 'c'), [...retracting, '--yes', '--retract-count', '2'], undefined, between);
  await between.stop();
  expect(ended).toMatchObject({
    code: 1,
    output: expect.stringMatching(/\n1 retracted\n$/),
    errors: expect.stringMatching(new RegExp(`^${changed}: POST .+ 412 .+\n$`)),
  });
  expect(await headlines()).toEqual(['Row a', 'Row b', 'Row c', 'Row d, corrected']);
});

test.each([
  [['--retract-missing'], /^error: --retract-missing needs --note, which tells readers why\.$/m],
  [['--retract-missing', '--note', ' '], /It must be a text of at most 2000 characters\./],
  [
    retracting,
    /^error: --retract-missing asks before it retracts, and standard input is no terminal\. Use --dry-run or --yes\.$/m,
  ],
  [['--yes'], /^error: --note, --yes and --retract-count are for --retract-missing\.$/m],
  [['--note', note], /^error: --note, --yes and --retract-count are for --retract-missing\.$/m],
])('%j is refused before anything is sent', async (options, sentence) => {
  const before = server.received.length;
  expect(await run(rowsOf('a'), options)).toEqual({ code: 2, output: '', errors: expect.stringMatching(sentence) });
  expect(server.received.length).toBe(before);
});
