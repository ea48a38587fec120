import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../events/identity.ts';
import { developmentWith } from '../events/samples.ts';
import { type Server, serve } from '../support/world/served-world.ts';
import { emptyTable } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { runTimeline } from './support/run-timeline.ts';
import { servePublished } from './support/serve-published.ts';

const anInstant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

let world: World;
let server: Server;
let folder: string;

beforeAll(async () => {
  world = await startWorld();
  server = await servePublished(world);
  folder = await mkdtemp(join(tmpdir(), 'timeline-commands-'));
});
beforeEach(() => Promise.all((['EventLog', 'Timelines', 'Subscribers', 'Access'] as const).map(emptyTable)));
afterAll(async () => {
  await server.stop();
  await world.stop();
  await rm(folder, { recursive: true });
});

const key = 'tl_example-abc234_0123456789012345678901234567890123456789012';
const run = (...commandLine: string[]) => runTimeline([...commandLine, '--url', server.url, '--key', key]);
const fileWith = async (name: string, content: string) => {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
};
const event = (id: string, data: object = {}) => developmentWith(data, { id, subject: 'bridge-talks' });
/** Posts an event, and returns its id. */
async function posted(id: string, data: object = {}): Promise<string> {
  const { output } = await run('post', await fileWith('event.json', JSON.stringify(event(id, data))), '--json');
  return JSON.parse(output).id;
}
interface Listed {
  readonly id: string;
  readonly type: string;
  readonly story: string;
  readonly when: object;
  readonly certainty?: string;
  readonly data: { readonly headline: string; readonly relations?: readonly object[] };
}
const byHeadline = (one: Listed, other: Listed) => one.data.headline.localeCompare(other.data.headline);
const undated = (text: string) => text.replaceAll(anInstant, '<instant>');

describe('the desk', () => {
  test('posts an event, tries it before, and posts several in their order', async () => {
    const one = await fileWith('one.json', JSON.stringify(event('one', { headline: 'One' }), null, 2));
    const tried = await run('post', one, '--dry-run');
    expect(tried).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^Dry run, nothing is stored: evt_[a-z2-7]{26} would be stored, revision 0\.\n$/),
    });
    expect((await run('timeline', '--json')).output).toBe('[]\n');
    const id = /evt_[a-z2-7]{26}/.exec(tried.output)?.[0];
    expect(await run('post', one)).toEqual({ code: 0, output: `${id} is stored, revision 0.\n`, errors: '' });
    const several = [event('one', { headline: 'One' }), event('two', { headline: 'Two' })];
    for (const text of [JSON.stringify(several), several.map((line) => JSON.stringify(line)).join('\n')]) {
      const { code, output } = await run('post', await fileWith('several.ndjson', text));
      expect({ code, outcomes: output.match(/\w+$/gm) }).toEqual({
        code: 0,
        outcomes: ['replayed', expect.stringMatching(/^created|replayed$/)],
      });
    }
  });

  test('reads what is wrong with an event, where, and what to do', async () => {
    const wrong = await fileWith(
      'wrong.json',
      JSON.stringify(event('wrong', { headline: '', when: { edtf: '2021-02-29' } })),
    );
    const { code, output, errors } = await run('post', wrong);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(/^POST \/v1\/events: 400 .+\n( {2}\/data\/.+: .+\n){2}$/);
    expect(await run('post', await fileWith('broken.json', '{'))).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/broken\.json is not JSON: /),
    });
    expect(await run('post', join(folder, 'absent.json'))).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/^Cannot read .+absent\.json: ENOENT/),
    });
  });

  test('corrects fields by pointers and by a patch, shows the history, and retracts', async () => {
    const id = await posted('one', { headline: 'Wrong' });
    expect(
      await run(
        'correct',
        id,
        '--note',
        'A slip.',
        '--set',
        '/data/headline=Right',
        '--set',
        '/data/sources/0/publisher=Reuters',
      ),
    ).toEqual({
      code: 0,
      output: `${id} is corrected, revision 1.\n`,
      errors: '',
    });
    const patch = await fileWith('patch.json', '{"headline":"Right at last"}');
    expect(await run('correct', id, '--note', 'Again.', '--patch', patch)).toMatchObject({ code: 0 });
    const { output } = await run('history', id);
    expect(undated(output)).toBe(
      [
        'Revision 0  recorded  <instant>  example',
        'Revision 1  corrected  <instant>  example',
        '  Note: A slip.',
        '  /data/headline',
        '    - "Wrong"',
        '    + "Right"',
        '  /data/sources',
        '    - [{"url":"https://example.org/","publisher":"AFP"}]',
        '    + [{"url":"https://example.org/","publisher":"Reuters"}]',
        'Revision 2  corrected  <instant>  example',
        '  Note: Again.',
        '  /data/headline',
        '    - "Right"',
        '    + "Right at last"',
        '',
      ].join('\n'),
    );
    const stale = await run('correct', id, '--note', 'Late.', '--set', '/headline=Late', '--revision', '0');
    expect(stale).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/: 412 .+\nSomebody changed it in the meantime\./),
    });
    expect(await run('retract', id, '--reason', 'It did not happen.')).toEqual({
      code: 0,
      output: `${id} is retracted, revision 3.\n`,
      errors: '',
    });
    expect(await run('retract', id, '--reason', 'It did not happen.')).toEqual({
      code: 0,
      output: `${id} was retracted before, by revision 3.\n`,
      errors: '',
    });
    expect(await run('retract', id, '--reason', 'It was made up.')).toEqual({
      code: 0,
      output: `${id} was retracted before, by revision 3.\n`,
      errors: 'The reason of then stays: It did not happen.\n',
    });
    const what = `GET /v1/events/${id}: 410 This event was retracted; the note says why.`;
    const remedy =
      '"npx timeline history" shows its revisions and their notes. It cannot be changed any more: post a new event under another id.';
    const gone = { code: 1, output: '', errors: `${what}\n${remedy}\n` };
    expect(await run('show', id)).toEqual(gone);
    expect(await run('correct', id, '--note', 'Late.', '--set', '/headline=Late')).toEqual(gone);
  });

  test('holds an event, sees it, and releases or retracts it', async () => {
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const file = await fileWith('held.json', JSON.stringify(event('held', { headline: 'Later' })));
    const held = JSON.parse((await run('post', file, '--publish-at', at, '--json')).output);
    const { output } = await run('held', 'list');
    expect(output.split('\n')[1]).toBe(`${held.publishAt}  held    ${held.id}  Later`);
    expect((await run('newsroom')).output).toBe(
      [
        'Newsroom   example',
        'Key        example-test',
        'Scopes     events:write, events:redact, stories:write, webhooks:manage',
        'Used       unknown',
        'Stories    0',
        'Held       1 events',
        `  ${held.id}  held  ${held.publishAt}`,
        'Endpoints  0',
        '',
      ].join('\n'),
    );
    expect(await run('held', 'retract', held.id)).toEqual({
      code: 0,
      output: `${held.id} is not held any more.\n`,
      errors: '',
    });
    expect(await run('held', 'list')).toEqual({ code: 0, output: '', errors: 'Nothing is held.\n' });
  });

  test.each([
    [['correct', 'evt_1', '--note', 'x'], /command-argument value 'evt_1' is invalid for argument 'event'/],
    [['correct', 'evt_te73c6vbre67e74ncy75l2s54c', '--note', 'x'], /say what changes, by --set or by --patch/],
    [['correct', 'evt_te73c6vbre67e74ncy75l2s54c', '--note', 'x', '--set', 'headline'], /JSON pointer into the event/],
    [
      ['correct', 'evt_te73c6vbre67e74ncy75l2s54c', '--note', 'x', '--set', '/__proto__/x=1'],
      /JSON pointer into the event/,
    ],
    [['export', '--output', 'x'], /say what to export/],
    [['changes', '--after', '-1'], /whole number/],
    [['timeline', '--limit', '0'], /It must be at least 1/],
    [['timeline', '--format', 'pdf'], /Allowed choices are/],
    [['endpoint', 'create', 'example.org'], /must be an address/],
    [['endpoint', 'resend', 'wh_te73c6vbre67e74ncy75l2s54c'], /give --position/],
  ])('reads that %j is no command, with exit code 2', async (commandLine, sentence) => {
    expect(await run(...commandLine)).toEqual({ code: 2, output: '', errors: expect.stringMatching(sentence) });
  });
});

describe('a reader', () => {
  test('sees a timeline as a table, as JSON and in every format', async () => {
    const id = await posted('one', { headline: 'One', when: { edtf: '2021-01-11' } });
    expect(await run('timeline', '--story', 'bridge-talks')).toEqual({
      code: 0,
      output: `WHEN        TYPE                  ID${' '.repeat(30)}HEADLINE\n2021-01-11  development.reported  ${id}  One\n`,
      errors: '',
    });
    const vague = await posted('vague', { headline: 'Vague', when: { edtf: '2021-01' } });
    expect((await run('timeline', '--to', '2021-01-11')).output.split('\n')).toEqual([
      `WHEN        IN RANGE  TYPE                  ID${' '.repeat(30)}HEADLINE`,
      `2021-01     possible  development.reported  ${vague}  Vague`,
      `2021-01-11  certain   development.reported  ${id}  One`,
      '',
    ]);
    await run('retract', vague, '--reason', 'It is not needed.');
    expect(JSON.parse((await run('timeline', '--json')).output)).toMatchObject([{ id, data: { headline: 'One' } }]);
    for (const format of ['json', 'ndjson', 'csv', 'geojson', 'jsonfeed', 'atom', 'rss', 'ics', 'timelinejs']) {
      const file = join(folder, format);
      expect(await run('timeline', '--format', format, '--output', file)).toEqual({
        code: 0,
        output: '',
        errors: `Written to ${file}.\n`,
      });
      expect(await readFile(file, 'utf8')).toBe(
        (await world.get(`/v1/timeline?format=${format}`, { accept: '*/*' })).text,
      );
    }
    expect(await run('timeline', '--from', 'yesterday')).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/^GET \/v1\/timeline: 400 from: [^\n]+\n$/),
    });
  });

  test('exports a story that another system imports with the same timeline', async () => {
    await posted('one', { headline: 'One' });
    await posted('two', { headline: 'Two', relations: [{ rel: 'amends', id: 'one' }] });
    const facts = async () =>
      (JSON.parse((await run('timeline', '--json')).output) as Listed[])
        .sort(byHeadline)
        .map(({ when, data: { relations, ...data }, type, story }) => ({
          when,
          type,
          story,
          data,
          relations: relations?.length,
        }));
    const before = await facts();
    const file = join(folder, 'export.ndjson');
    expect(await run('export', '--story', 'bridge-talks', '--output', file)).toEqual({
      code: 0,
      output: `2 events are written to ${file}.\n`,
      errors: '',
    });
    await Promise.all((['EventLog', 'Timelines'] as const).map(emptyTable));
    expect(await run('import', file)).toMatchObject({ code: 0, output: '2 created, 0 replayed, 0 refused\n' });
    expect(await facts()).toEqual(before);
    const [one, two] = JSON.parse((await run('timeline', '--json')).output).sort(byHeadline);
    expect(two.related).toEqual([{ rel: 'amends', id: one.id }]);
  });

  test('exports dates as they were sent, and no story that has taken an event out', async () => {
    const dates = {
      'A day in an interval': { edtf: '2020-11-09/2020-11-10', kind: 'point' },
      'All day': { edtf: '2020-11-09', kind: 'span' },
      'Hours in Moscow': { edtf: '2020-11-10T00:00:00+03:00' },
      'Midnight in Baku': { edtf: '2020-11-10T00:00:00+04:00', tz: 'Asia/Baku' },
      'Of old': { edtf: '0988-07/', historical: true },
    };
    for (const [headline, when] of Object.entries(dates)) await posted(headline, { headline, when });
    const unlisted = await posted('unlisted', { headline: 'Unlisted', stories: ['other-talks', 'road-talks'] });
    const { status, body } = await world.call('POST', '/v1/stories/other-talks/unlistings', {
      body: JSON.stringify({ event: unlisted, note: 'It is about another bridge.' }),
    });
    expect({ status }).toEqual({ status: 201 });
    await world.settle(body.id);
    const found = async () => {
      const listed = async (query: string) =>
        ((await world.get(`/v1/timeline?${query}`)).body.entries as Listed[])
          .map(({ when, certainty, data }) => ({ headline: data.headline, when, certainty }))
          .sort((one, other) => one.headline.localeCompare(other.headline));
      return {
        all: await listed('story=bridge-talks'),
        onTheNinth: await listed('date=2020-11-09'),
        onTheTenth: await listed('date=2020-11-10'),
        ofOtherTalks: await listed('story=other-talks'),
        ofRoadTalks: await listed('story=road-talks'),
      };
    };
    const before = await found();
    expect(before.all).toHaveLength(6);
    expect(before.ofOtherTalks).toEqual([]);
    const file = join(folder, 'dates.ndjson');
    await run('export', '--story', 'bridge-talks', '--output', file);
    await Promise.all((['EventLog', 'Timelines'] as const).map(emptyTable));
    expect(await run('import', file)).toEqual({ code: 0, output: '6 created, 0 replayed, 0 refused\n', errors: '' });
    expect(await found()).toEqual(before);
  });

  test('exports an event that its own story has taken out as one of another story of it, and leaves out one that has none', async () => {
    const guest = async (id: string, stories?: string[]) => {
      const event = developmentWith({ headline: id, ...(stories && { stories }) }, { id, subject: 'bridge-talks' });
      const { body } = await world.post(event, { newsroom: 'dpa' });
      const unlisted = await world.call('POST', '/v1/stories/bridge-talks/unlistings', {
        body: JSON.stringify({ event: body.id, note: 'It is about another bridge.' }),
      });
      expect(unlisted).toMatchObject({ status: 201 });
      await world.settle(body.id);
      return body.id as string;
    };
    await posted('own', { headline: 'Own' });
    const homeless = await guest('homeless');
    await guest('elsewhere', ['road-talks', 'sea-talks']);
    const file = join(folder, 'unlisted.ndjson');
    const left = `Left out, since the owners of all their stories have taken them out of these: ${homeless}.\n`;
    expect(await run('export', '--all', '--output', file)).toEqual({
      code: 0,
      output: `2 events are written to ${file}.\n`,
      errors: left,
    });
    expect(JSON.parse((await run('export', '--all', '--output', file, '--json')).output)).toEqual({
      events: 2,
      output: file,
      leftOut: [homeless],
    });
    await Promise.all((['EventLog', 'Timelines'] as const).map(emptyTable));
    expect(await run('import', file)).toMatchObject({ code: 0, output: '2 created, 0 replayed, 0 refused\n' });
    const headlines = async (story: string) =>
      ((await world.get(`/v1/timeline?story=${story}`)).body.entries as Listed[]).map(({ data }) => data.headline);
    expect(await Promise.all(['bridge-talks', 'road-talks', 'sea-talks'].map(headlines))).toEqual([
      ['Own'],
      ['elsewhere'],
      ['elsewhere'],
    ]);
  });

  test('refuses to import an export into the system that it is of, since each event would be there twice', async () => {
    const id = await posted('one', { headline: 'One' });
    const file = join(folder, 'same.ndjson');
    await run('export', '--story', 'bridge-talks', '--output', file);
    expect(await run('import', file)).toEqual({
      code: 1,
      output: '',
      errors: `Line 1 is ${id} of this system: the file was exported from ${server.url}. Its events would be there twice, so nothing was sent. Import it into another system, by --url or TIMELINE_URL.\n`,
    });
    expect((await world.get('/v1/changes')).body.head).toBe(1);
  });

  test('exports no story that there is not', async () => {
    await posted('one', { headline: 'One' });
    const file = join(folder, 'unknown.ndjson');
    expect(await run('export', '--story', 'bridge-talk', '--output', file)).toEqual({
      code: 1,
      output: '',
      errors: 'GET /v1/stories/bridge-talk: 404 There is no story with this slug.\n',
    });
    expect(existsSync(file)).toBe(false);
  });

  test('goes on with an export that was interrupted', async () => {
    await posted('one', { headline: 'One' });
    const file = join(folder, 'resumed.ndjson');
    await writeFile(`${file}.part`, 'half a li');
    await writeFile(
      `${file}.part.json`,
      JSON.stringify({ query: { story: 'bridge-talks' }, url: server.url, cursor: null, bytes: 0, events: 0 }),
    );
    const { errors } = await run('export', '--story', 'bridge-talks', '--output', file);
    expect(errors).toMatch(/was interrupted after 0 events/);
    expect((await readFile(file, 'utf8')).split('\n')).toEqual([expect.stringContaining('"One"'), '']);
  });

  test('begins an export anew if the API refuses to go on with it', async () => {
    await posted('one', { headline: 'One' });
    const file = join(folder, 'refused.ndjson');
    await writeFile(`${file}.part`, '{"id":"a"}\n{"id":"b"}\n{"id":"c"}\n');
    const progress = {
      query: { story: 'bridge-talks' },
      url: server.url,
      cursor: 'of-another-key',
      bytes: 33,
      events: 3,
    };
    await writeFile(`${file}.part.json`, JSON.stringify(progress));
    expect(await run('export', '--story', 'bridge-talks', '--output', file)).toEqual({
      code: 0,
      output: `1 events are written to ${file}.\n`,
      errors: [
        `An export to ${file} was interrupted after 3 events. It goes on there.`,
        'The API does not know any more where that was. The export begins anew.',
        '',
      ].join('\n'),
    });
    expect((await readFile(file, 'utf8')).split('\n')).toEqual([expect.stringContaining('"One"'), '']);
    expect(existsSync(`${file}.part.json`)).toBe(false);
  });

  test.each([
    ['is gone', undefined],
    ['lost its end when the machine stopped', '{"id":"a"}\n'],
  ])('begins an export anew if the file that it was written to %s', async (_fate, left) => {
    await posted('one', { headline: 'One' });
    const file = join(folder, `begun-anew-${left === undefined ? 'gone' : 'cut'}.ndjson`);
    if (left !== undefined) await writeFile(`${file}.part`, left);
    await writeFile(
      `${file}.part.json`,
      JSON.stringify({ query: { story: 'bridge-talks' }, url: server.url, cursor: null, bytes: 500, events: 7 }),
    );
    expect(await run('export', '--story', 'bridge-talks', '--output', file)).toEqual({
      code: 0,
      output: `1 events are written to ${file}.\n`,
      errors: '',
    });
    expect((await readFile(file, 'utf8')).split('\n')).toEqual([expect.stringContaining('"One"'), '']);
    expect(existsSync(`${file}.part.json`)).toBe(false);
  });

  test('follows changes from the position that it had, and ends cleanly by a signal', async () => {
    const id = await posted('one', { headline: 'One' });
    const positions = join(folder, 'position');
    const first = await run('changes', '--position-file', positions);
    expect({ ...first, output: undated(first.output) }).toEqual({
      code: 0,
      output: `     1  <instant>  recorded     ${id}  One\n`,
      errors: 'Position 1. Go on with --after 1.\n',
    });
    const second = await posted('two', { headline: 'Two' });
    const again = run('changes', '--follow', '--position-file', positions);
    while ((await readFile(positions, 'utf8')) !== '2\n') await new Promise((resolve) => setTimeout(resolve, 20));
    process.emit('SIGINT');
    const ended = await again;
    expect({ ...ended, output: undated(ended.output) }).toEqual({
      code: 0,
      output: `     2  <instant>  recorded     ${second}  Two\n`,
      errors: 'Position 2. Go on with --after 2.\n',
    });
  });

  test('follows changes through restarts of the server at its address, and loses and doubles none', async () => {
    const positions = join(folder, 'position-of-restarts');
    const reached = async (position: number) => {
      while ((await readFile(positions, 'utf8').catch(() => '')) !== `${position}\n`) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const publish = async (...ids: string[]) => {
      for (const id of ids) {
        const { body } = await world.call('POST', '/v1/events', { body: event(id) });
        await world.settle(body.id);
      }
    };
    await publish('one', 'two');
    let restarted = await servePublished(world);
    const port = Number(new URL(restarted.url).port);
    const command = ['changes', '--follow', '--json', '--url', restarted.url, '--position-file', positions];
    const following = runTimeline([...command, '--key', key]);
    await reached(2);
    // A request that waits for news is cut, and what is published while nobody listens is found afterwards.
    await restarted.stop();
    await publish('three', 'four');
    restarted = await servePublished(world, port, ['cut', 503, 500]);
    await reached(4);
    await publish('five');
    await reached(5);
    await restarted.stop();
    restarted = await servePublished(world, port, [429]);
    await publish('six');
    await reached(6);
    process.emit('SIGINT');
    const ended = await following;
    await restarted.stop();
    const lines = ended.output.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line)).map(({ position, id }) => [position, id])).toEqual(
      ['one', 'two', 'three', 'four', 'five', 'six'].map((id, index) => [
        index + 1,
        eventIdOf('/newsrooms/example', id),
      ]),
    );
    expect(ended).toMatchObject({ code: 0, errors: 'Position 6. Go on with --after 6.\n' });
  });
});

describe('a subscriber', () => {
  test('creates, lists, changes and deletes an endpoint; its secret goes to a file that only its owner reads', async () => {
    const secretFile = join(folder, 'secret');
    const created = JSON.parse(
      (
        await run(
          'endpoint',
          'create',
          'http://127.0.0.1:9/hook',
          '--story',
          'bridge-talks',
          '--secret-file',
          secretFile,
          '--json',
        )
      ).output,
    );
    expect(created).toMatchObject({ status: 'pending', filter: { stories: ['bridge-talks'] } });
    expect(created).not.toHaveProperty('secret');
    expect(await readFile(secretFile, 'utf8')).toMatch(/^whsec_.+\n$/);
    expect((await stat(secretFile)).mode & 0o777).toBe(0o600);
    const { id } = created;
    expect((await run('endpoint', 'list')).output).toMatch(
      new RegExp(`\n${id}  pending  0        0        http://127\\.0\\.0\\.1:9/hook\n$`),
    );
    expect(await run('endpoint', 'update', id, '--description', 'Mine')).toMatchObject({
      code: 0,
      output: `${id} is changed. It is pending.\n`,
    });
    expect((await run('endpoint', 'rotate-secret', id)).output).toMatch(
      /^Secret {10}whsec_.+\nPrevious until {2}.+\n$/,
    );
    expect(await run('endpoint', 'deliveries', id)).toEqual({
      code: 0,
      output: '',
      errors: 'There are no such deliveries.\n',
    });
    expect(await run('doctor')).toMatchObject({
      code: 1,
      output: expect.stringContaining(`problem  endpoints  ${id} is pending.`),
    });
    expect(await run('endpoint', 'delete', id)).toEqual({ code: 0, output: `${id} is deleted.\n`, errors: '' });
  });
});

describe('the terminal', () => {
  const hostile = 'Red\u001b[31m \u009b2J \u202eevil\nsecond line \u2066x\u200b';

  test('shows hostile texts escaped and in one line, in tables, errors and JSON', async () => {
    const entry = {
      id: 'evt_te73c6vbre67e74ncy75l2s54c',
      type: 't',
      when: { edtf: '2021', tz: 'UTC' },
      data: { headline: hostile },
    };
    const bad = await serve((_, path) =>
      path.startsWith('/v1/events/')
        ? { status: 404, text: JSON.stringify({ title: 'x', detail: hostile }) }
        : { status: 200, text: JSON.stringify({ entries: [entry], nextCursor: null }) },
    );
    const table = await runTimeline(['timeline', '--url', bad.url]);
    expect(table.output.split('\n')[1]).toBe(
      '2021  t     evt_te73c6vbre67e74ncy75l2s54c  Red\\u001b[31m \\u009b2J \\u202eevil second line \\u2066x\\u200b',
    );
    const json = await runTimeline(['timeline', '--url', bad.url, '--json']);
    expect(JSON.parse(json.output)).toEqual([entry]);
    const { errors } = await runTimeline(['show', entry.id, '--url', bad.url]);
    expect(errors).toContain('404 Red\\u001b[31m');
    expect(table.output + json.output + errors).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    await bad.stop();
  });

  test('says that a key is refused, is limited, or has used up its quota, and what to do', async () => {
    const limits = { events: 50_000, changes: 20_000, bytes: 1_073_741_824 };
    const found = {
      newsroom: 'example',
      key: { id: 'example-test', scopes: [], stories: ['bridge-talks'] },
      usage: { day: '2026-11-28', used: { events: 160, changes: 20_000, bytes: 1_024 }, limits },
      stories: [{ story: 'bridge-talks', title: 'Bridge talks' }],
      storiesAreMore: true,
      heldEvents: null,
      endpoints: null,
      endpointsAreMore: false,
    };
    let status = 200;
    const system = await serve((_, path) =>
      path === '/v1/newsroom'
        ? { status, text: JSON.stringify(status === 200 ? found : { message: 'Forbidden' }) }
        : { status: 200, text: '{"status":"ok","position":1}' },
    );
    const examine = async () => (await runTimeline(['doctor', '--url', system.url, '--key', key])).output;
    expect(await examine()).toContain(
      [
        'ok       key        It is valid, with no scopes. It is limited to the stories bridge-talks.',
        'problem  quota      It is used up: 160 of 50000 events, 20000 of 20000 changes, 1024 of 1073741824 bytes on 2026-11-28. It begins anew at 00:00 UTC. An operator raises it with: npx timeline key quota',
        '',
      ].join('\n'),
    );
    expect((await runTimeline(['newsroom', '--url', system.url, '--key', key])).output).toBe(
      [
        'Newsroom   example',
        'Key        example-test',
        'Scopes     none',
        'Limited to bridge-talks',
        'Used       160 of 50000 events, 20000 of 20000 changes, 1024 of 1073741824 bytes on 2026-11-28',
        'Stories    1 or more',
        '  bridge-talks  Bridge talks',
        'Held       0 events',
        'Endpoints  0',
        '',
      ].join('\n'),
    );
    status = 403;
    expect(await examine()).toContain(
      'problem  key        The API does not accept it: it is wrong, revoked or expired.',
    );
    expect(await runTimeline(['newsroom', '--url', system.url, '--key', key])).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/^GET \/v1\/newsroom: 403 Forbidden\nUse a key that is valid/),
    });
    await system.stop();
  });

  test('says that a system fails, once, and what to do', async () => {
    const failing = await serve(() => ({ status: 503, text: '{"message":"Service Unavailable"}' }));
    expect(await runTimeline(['doctor', '--url', failing.url, '--key', key])).toEqual({
      code: 1,
      output: expect.stringMatching(
        /^ok {7}node {7}.+\nok {7}reach {6}.+ responds\.\nproblem {2}health {5}\/v1\/health responds with 503: the system is starting, or fails\. Try again in a minute; if it lasts, an operator looks at the alarms\.\n$/,
      ),
      errors: '',
    });
    await failing.stop();
  });

  test('says where nobody responds, and what to do', async () => {
    expect(await runTimeline(['doctor', '--url', 'http://127.0.0.1:9'])).toEqual({
      code: 1,
      output: expect.stringMatching(
        /^ok {7}node {7}.+\nproblem {2}reach {6}There is no response from http:\/\/127\.0\.0\.1:9 \(.+\)\. Start the system with npm start, or name another address with --url\.\n$/,
      ),
      errors: '',
    });
  });

  test('completes commands, options and values in bash', async () => {
    const script = await fileWith('completion.bash', (await runTimeline(['completion', 'bash'])).output);
    const complete = async (...words: string[]) => {
      const program = `source ${script}; complete -p npx >/dev/null; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _timeline; echo "\${COMPREPLY[*]}"`;
      return (await promisify(execFile)('bash', ['-c', program])).stdout.trim();
    };
    expect(await complete('npx', 'ti')).toBe('timeline');
    expect(await complete('npx', 'timeline', 're')).toBe('retract redact reconcile rebuild restore');
    expect(await complete('timeline', 'endpoint', 'de')).toBe('delete deliveries');
    expect(await complete('npx', 'timeline', 'changes', '--fo')).toBe('--follow');
    expect(await complete('timeline', 'timeline', '--format', 'ge')).toBe('geojson');
    expect(await complete('timeline', 'take-down', '--reason', '')).toBe('legal privacy safety source');
  });
});
