import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { eventIdOf } from '../../events/identity.ts';
import { developmentWith } from '../events/samples.ts';
import { readFeed } from '../support/models/timelines-model.ts';
import { subscribersIn } from '../support/receivers/subscribers.ts';
import { type Server, serve, serveWorld } from '../support/world/served-world.ts';
import { emptyTable, itemsOf } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';

const pausesMs: number[] = [];
jest.unstable_mockModule('node:timers/promises', () => ({
  setTimeout: async (delayMs: number) => void pausesMs.push(delayMs),
}));
const { importEvents } = await import('../../commands/import/import-events.ts');
const { CommandFailure } = await import('../../commands/terminal/cli.ts');
const { runTimeline, withEnvironment } = await import('./support/run-timeline.ts');

const key = 'tl_example-abc234_secret';

let world: World;
let server: Server;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await Promise.all((['EventLog', 'Timelines', 'Subscribers', 'Access'] as const).map(emptyTable));
  pausesMs.length = 0;
  // Half of the longest pause, each time.
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  server = await serveWorld(world);
});
afterEach(() => server.stop());
afterAll(() => world.stop());

const line = (id: string, data: object = {}, more: object = {}) =>
  JSON.stringify(developmentWith(data, { id, ...more }));
const lines = (count: number) => Array.from({ length: count }, (_, index) => line(`event-${index}`));
const importing = (text: string | Uint8Array, onProgress?: (done: number, total: number) => void) =>
  importEvents(text, { url: server.url, key }, onProgress);
const storedIds = async () =>
  (await itemsOf('EventLog', 'E#')).map(({ event }) => JSON.parse(event as string).id as string).sort();

/** What stops an import, and after which pauses. */
async function stoppedBy(target: Server | string) {
  const url = typeof target === 'string' ? target : target.url;
  const error = await importEvents(lines(1).join(), { url, key }).catch((thrown: Error) => thrown);
  expect(error).toBeInstanceOf(CommandFailure);
  return (error as Error).message;
}

describe('importing a file', () => {
  test('refuses lines that look like a mistake if it is strict, and stores the others', async () => {
    const sources = [{ url: 'https://example.org/report', publisher: 'AFP' }];
    const text = [line('home-page'), line('report', { sources })].join('\n');
    expect(await importEvents(text, { url: server.url, key, isStrict: true })).toEqual({
      created: 1,
      replayed: 0,
      refused: [{ line: 1, reason: '/data/sources/0/url: Is a home page. Send the address of the report.' }],
    });
    expect(await storedIds()).toEqual(['report']);
  });

  test('corrects what is stored with other content if it is given a note, and nothing when it is run again', async () => {
    const correct = (text: string, isDryRun = false) =>
      importEvents(text, { url: server.url, key, isDryRun }, undefined, { note: 'The desk has edited the row.' });
    await importing([line('same'), line('edited')].join('\n'));
    const edited = line('edited', { headline: 'Another headline' });
    const text = [line('same'), edited, line('fresh')].join('\n');
    const corrected = { created: 1, replayed: 1, corrected: 1, refused: [] };
    expect(await correct(text, true)).toEqual(corrected);
    expect(await correct(text)).toEqual(corrected);
    expect(await correct(text)).toEqual({ created: 0, replayed: 3, corrected: 0, refused: [] });
    const back = await correct(line('edited'));
    expect(back).toEqual({ created: 0, replayed: 0, corrected: 1, refused: [] });
    expect(await correct(line('edited', {}, { subject: 'another-story' }))).toEqual({
      created: 0,
      replayed: 0,
      corrected: 0,
      refused: [
        {
          line: 1,
          reason:
            'The type and the story of an event cannot be corrected. Retract the event, and put this one under another id.',
          differences: [{ pointer: '/subject', before: 'karabakh-2020', after: 'another-story' }],
        },
      ],
    });
  });

  test('corrects an event once, however many lines of other content have its id', async () => {
    const text = [line('twice'), line('once'), line('twice', { headline: 'Another' }), line('twice')].join('\n');
    const reason = 'Has the id "twice", like line 1, with other content. Remove one of them.';
    for (const [created, replayed] of [
      [2, 1],
      [0, 3],
    ]) {
      expect(await importEvents(text, { url: server.url, key }, undefined, { note: 'A slip.' })).toEqual({
        created,
        replayed,
        corrected: 0,
        refused: [{ line: 3, reason }],
      });
    }
  });

  test('replays what was corrected to what the file says, also without a note', async () => {
    await importing([line('edited'), line('other')].join('\n'));
    const text = [line('edited', { headline: 'Another headline' }), line('other')].join('\n');
    await importEvents(text, { url: server.url, key }, undefined, { note: 'The desk has edited the row.' });
    expect(await importing(text)).toEqual({ created: 0, replayed: 2, refused: [] });
  });

  test('says what became of an event that is stored with other content, and writes nothing', async () => {
    await importing([line('moved'), line('retracted')].join('\n'));
    const id = eventIdOf('/newsrooms/example', 'retracted');
    await world.call('POST', `/v1/events/${id}/retraction`, {
      body: { note: 'It did not happen.' },
      headers: { 'if-match': '"0"' },
    });
    const sources = [{ url: 'https://example.org/', publisher: 'AFP', title: 'A report' }];
    const text = [
      line('moved', { sources, summary: 'More' }, { subject: 'another-story' }),
      line('retracted', { headline: 'Another headline' }),
    ].join('\n');
    const { refused } = await importing(text);
    expect(refused).toEqual([
      {
        line: 1,
        reason:
          'The type and the story of an event cannot be corrected. Retract the event, and put this one under another id.',
        differences: [
          { pointer: '/subject', before: 'karabakh-2020', after: 'another-story' },
          { pointer: '/data/sources', before: [{ url: 'https://example.org/', publisher: 'AFP' }], after: sources },
          { pointer: '/data/summary', after: 'More' },
        ],
      },
      { line: 2, reason: 'This event was retracted, which is final. Put the event under a new id.' },
    ]);
    expect((await itemsOf('EventLog', 'E#')).filter(({ sk }) => /^R/.test(sk as string))).toHaveLength(3);
  });

  test('lists conflicts without what differs if a quota refuses to compare them', async () => {
    const results = [{ outcome: 'conflict' }, { outcome: 'conflict' }, { outcome: 'created' }];
    const full = await serve((_, path) =>
      path === '/v1/events'
        ? { status: 200, text: JSON.stringify({ results }) }
        : { status: 429, text: '{"type":"/problems/quota-exceeded","detail":"Tomorrow."}' },
    );
    const reason = 'Its id is taken by an event with other content.';
    expect(await importEvents(lines(3).join('\n'), { url: full.url, key })).toEqual({
      created: 1,
      replayed: 0,
      refused: [
        { line: 1, reason },
        { line: 2, reason },
      ],
    });
    expect(full.received).toHaveLength(2);
    await full.stop();
  });

  test('posts its events in batches of at most 100, with the key, and reports how far it has come', async () => {
    const progress: number[][] = [];
    const imported = await importing(lines(230).join('\n'), (...step) => progress.push(step));
    expect(imported).toEqual({ created: 230, replayed: 0, refused: [] });
    expect(server.received.map(({ body }) => body.length)).toEqual([100, 100, 30]);
    expect(new Set(server.received.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${key}`]));
    expect(progress).toEqual([
      [0, 230],
      [100, 230],
      [200, 230],
      [230, 230],
    ]);
    expect(await storedIds()).toEqual(
      lines(230)
        .map((text) => JSON.parse(text).id)
        .sort(),
    );
  });

  test('publishes its events in the order of the file, whatever the sequencer gets first', async () => {
    const ids = lines(150).map((text) => JSON.parse(text).id as string);
    await importing(lines(150).join('\n'));
    const source = '/newsrooms/example';
    const last = ids.slice(100).map((id) => eventIdOf(source, id));
    await world.sequence(...last.reverse());
    expect((await readFeed()).map(({ event }) => event.id)).toEqual(ids);
  });

  test('again replays all of them', async () => {
    const text = lines(120).join('\n');
    await importing(text);
    expect(await importing(text)).toEqual({ created: 0, replayed: 120, refused: [] });
    expect(await storedIds()).toHaveLength(120);
  });

  test('keeps each request below 1 MB', async () => {
    const text = Array.from({ length: 20 }, (_, index) => line(`event-${index}`, { summary: '𝄞'.repeat(15_500) }));
    expect(await importing(text.join('\n'))).toEqual({ created: 20, replayed: 0, refused: [] });
    expect(server.received.map(({ body }) => body.length)).toEqual([14, 6]);
    expect(Math.max(...server.received.map(({ bytes }) => bytes))).toBeLessThan(1_000_000);
  });

  test('gives an event without an id one that is made of its line, so that it is recorded once', async () => {
    const { id: _, ...event } = JSON.parse(line('a'));
    const bare = JSON.stringify(event);
    const text = [bare, `  ${bare}\r`, JSON.stringify({ ...event, subject: 'another-story' })].join('\n');
    expect(await importing(text)).toEqual({ created: 2, replayed: 1, refused: [] });
    expect(await importing(text)).toEqual({ created: 0, replayed: 3, refused: [] });
    expect(await storedIds()).toEqual([
      expect.stringMatching(/^import-[\da-f]{32}$/),
      expect.stringMatching(/^import-/),
    ]);
  });

  test('lists lines that cannot be stored by their numbers, with the reasons, and stores the rest', async () => {
    await importing(line('taken'));
    const text = [
      '\ufeff',
      line('a'),
      '{"type": "development.reported",',
      '["no event"]',
      '',
      line('b', { when: { edtf: '2021-02-29' } }),
      line('c', { summary: 'a'.repeat(66_000) }),
      line('taken', { headline: 'Something else' }),
      line('d', { headline: '', status: 'sure' }),
      line('e', {}, { source: '/newsrooms/another' }),
      '{"type":"development.reported","type":"talks.held"}',
      line('f'),
    ];
    expect(await importing(text.join('\r\n'))).toEqual({
      created: 2,
      replayed: 0,
      refused: [
        { line: 3, reason: expect.stringMatching(/^Not a JSON object: .+/) },
        { line: 4, reason: 'Not a JSON object: it is another JSON value' },
        { line: 6, reason: expect.stringMatching(/^\/data\/when\/edtf: .*2021-02-29/) },
        { line: 7, reason: expect.stringMatching(/^An event holds at most 65536 bytes as JSON; this one has \d+\.$/) },
        {
          line: 8,
          reason: 'Its id is taken by an event with other content.',
          differences: [{ pointer: '/data/headline', before: 'Something happened', after: 'Something else' }],
        },
        {
          line: 9,
          reason:
            '/data/headline: Must not be blank.; /data/status: Must be one of planned, reported, confirmed, disputed.',
        },
        { line: 10, reason: expect.stringContaining('/newsrooms/example') },
        { line: 11, reason: expect.stringContaining('type') },
      ],
    });
    expect(await storedIds()).toEqual(['a', 'f', 'taken']);
  });

  test('lists a line that is not UTF-8 by its number, and keeps every character of the others', async () => {
    const texts = [line('a', { headline: 'Straße 𝄞 \ufffd' }), line('b', { headline: 'Straße' }), line('c')];
    const bytes = texts.map((text, index) => Buffer.from(`${text}\r\n`, index === 1 ? 'latin1' : 'utf8'));
    expect(await importing(Buffer.concat(bytes))).toEqual({
      created: 2,
      replayed: 0,
      refused: [{ line: 2, reason: 'Not UTF-8: it contains bytes that are not a character.' }],
    });
    expect(server.received[0]?.body).toMatchObject([{ data: { headline: 'Straße 𝄞 \ufffd' } }, { id: 'c' }]);
  });

  test('of nothing asks for nothing', async () => {
    expect(await importing('\n \r\n')).toEqual({ created: 0, replayed: 0, refused: [] });
    expect(server.received).toEqual([]);
  });
});

describe('an import', () => {
  test('tries again, with longer and longer pauses, what fails for now', async () => {
    const answers = [{ status: 503, text: '{}' }, undefined, { status: 429, text: '{"message":"Too Many Requests"}' }];
    const results = { status: 200, text: '{"results":[{"outcome":"created"}]}' };
    const flaky = await serve(() => (answers.length > 0 ? answers.shift() : results));
    expect(await importEvents(line('a'), { url: flaky.url, key })).toEqual({ created: 1, replayed: 0, refused: [] });
    expect(pausesMs).toEqual([250, 500, 1_000]);
    await flaky.stop();
  });

  test('waits as long as the server says if it writes too fast', async () => {
    const results = { status: 200, text: JSON.stringify({ results: [{ id: 'evt_a', outcome: 'created' }] }) };
    const tooFast = { status: 429, headers: { 'retry-after': '4' }, text: '{"type":"/problems/pace-exceeded"}' };
    const answers = [tooFast];
    const other = await serve(() => answers.shift() ?? results);
    expect(await importEvents(line('a'), { url: other.url, key })).toEqual({ created: 1, replayed: 0, refused: [] });
    expect(pausesMs).toEqual([4_000, 250]);
    await other.stop();
  });

  test.each<[string, string, number, number]>([
    ['429 of the guard before the API, in seconds', '60', 429, 60_000],
    ['429 for hours', '7200', 429, 60_000],
    ['503, in seconds', '7', 503, 7_000],
    ['503, as a date', 'Fri, 01 Jan 2100 00:00:00 GMT', 503, 60_000],
  ])('waits as long as a %s says, and at most a minute', async (_, retryAfter, status, waitMs) => {
    const results = { status: 200, text: '{"results":[{"outcome":"created"}]}' };
    const answers = [{ status, headers: { 'retry-after': retryAfter }, text: 'Later' }];
    const other = await serve(() => answers.shift() ?? results);
    expect(await importEvents(line('a'), { url: other.url, key })).toEqual({ created: 1, replayed: 0, refused: [] });
    expect(pausesMs).toEqual([waitMs, 250]);
    await other.stop();
  });

  test.each([
    ['does not say what became of any event', '{}'],
    ['says what became of some events only', '{"results":[]}'],
    ['says nothing of an event', '{"results":[null]}'],
    ['is no object', 'null'],
    ['says that an event was not tried', '{"results":[{"id":"evt_a","outcome":"not-tried"}]}'],
  ])('counts nothing as stored if the first response %s', async (_, text) => {
    const other = await serve(() => ({ status: 200, text }));
    expect(await stoppedBy(other)).toMatch(
      /^There is no timeline at http.+: it responds with 200 to POST \/v1\/events\.$/,
    );
    await other.stop();
  });

  test('tries again where a response in the middle is cut, or comes from something on the way', async () => {
    const strange = ['{"results":[{"id":"evt_a","outc', '<html>Please log in</html>', '{}'];
    let requests = 0;
    const proxied = await serve(async (text, path, headers) => {
      requests += 1;
      const answer = await world.call('POST', path, {
        headers: { 'content-type': headers['content-type'] ?? '' },
        body: text,
      });
      const other = requests > 1 ? strange.shift() : undefined;
      return { status: answer.status, text: other ?? answer.text };
    });
    const text = lines(150).join('\n');
    expect(await importEvents(text, { url: proxied.url, key })).toEqual({ created: 100, replayed: 50, refused: [] });
    expect(await storedIds()).toHaveLength(150);
    await proxied.stop();
  });

  test('says what was stored before it stopped, also if its key was revoked', async () => {
    const revoked = await serve(async (text, path, headers) =>
      revoked.received.length > 1
        ? { status: 401, text: '{"message":"Unauthorized"}' }
        : world.call('POST', path, { headers: { 'content-type': headers['content-type'] ?? '' }, body: text }),
    );
    const error = await importEvents(lines(150).join('\n'), { url: revoked.url, key }).catch((thrown: Error) => thrown);
    expect((error as Error).message).toBe(
      'The key is not accepted. Create one with: npx timeline key create --newsroom NAME --scopes events:write\nBefore that: 100 created, 0 replayed, 0 refused.',
    );
    await revoked.stop();
  });

  test('ends a request whose response never ends', async () => {
    const limits: number[] = [];
    const { timeout } = AbortSignal;
    const spied = jest.spyOn(AbortSignal, 'timeout').mockImplementation((limitMs) => {
      limits.push(limitMs);
      return timeout.call(AbortSignal, 20);
    });
    const endless = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    });
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
    const { port } = endless.address() as AddressInfo;
    expect(await stoppedBy(`http://127.0.0.1:${port}`)).toMatch(
      /^At http:\/\/127\.0\.0\.1:\d+ there is no response \(The operation was aborted due to timeout\)\. Start the system/,
    );
    spied.mockRestore();
    expect(new Set(limits)).toEqual(new Set([120_000]));
    endless.closeAllConnections();
    await new Promise((resolve) => endless.close(resolve));
  });

  test('gives up soon where nobody has ever answered', async () => {
    const gone = await serve(() => undefined);
    await gone.stop();
    expect(await stoppedBy(gone)).toMatch(
      /^At http:\/\/127\.0\.0\.1:\d+ there is no response \(connect ECONNREFUSED .+\)\. Start the system with npm start, or name another address with --url\.$/,
    );
    expect(pausesMs).toEqual([250, 500]);
  });

  test('waits half a minute for what has answered before', async () => {
    const busy = await serve(() => (busy.received.length > 1 ? undefined : { status: 503, text: '{}' }));
    expect(await stoppedBy(busy)).toMatch(
      /^The import stopped at http:\/\/127\.0\.0\.1:\d+: there is no response \(.+\)\. Events that are stored stay\. Run the import again to store the rest\.$/,
    );
    expect(pausesMs).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000]);
    await busy.stop();
  });

  test.each<[string, number, string, RegExp]>([
    [
      'what answers is no timeline',
      200,
      '<html>',
      /^There is no timeline at http.+: it responds with 200 to POST \/v1\/events\.$/,
    ],
    [
      'what answers has no such route',
      404,
      '{"message":"Not Found"}',
      /^There is no timeline at http.+: it responds with 404/,
    ],
    [
      'the key is not known',
      401,
      '{"message":"Unauthorized"}',
      /^The key is not accepted\. Create one with: npx timeline key create/,
    ],
    [
      'the key has expired',
      403,
      '{"message":"Forbidden"}',
      /^The key is not accepted\. Create one with: npx timeline key create/,
    ],
    [
      'the newsroom has used up a quota',
      429,
      '{"type":"/problems/quota-exceeded","detail":"Send the request again after 2026-11-28T00:00:00.000Z."}',
      /^The import stopped at http.+: Send the request again after 2026-11-28T00:00:00\.000Z\. Events that are stored stay\. Run the import again then to store the rest\.$/,
    ],
  ])('stops at once if %s', async (_, status, text, sentence) => {
    const other = await serve(() => ({ status, text }));
    expect(await stoppedBy(other)).toMatch(sentence);
    expect(other.received).toHaveLength(1);
    expect(pausesMs).toEqual([]);
    await other.stop();
  });

  test('stops at once if that is no address', async () => {
    expect(await stoppedBy('127.0.0.1:3000')).toMatch(/^Cannot post to 127\.0\.0\.1:3000: /);
  });
});

describe('the import command', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'timeline-import-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function run(text: string | Uint8Array | null, parameters: string[] = ['--url', server.url, '--key', key]) {
    const file = join(folder, 'events.ndjson');
    if (text === null) await rm(file, { force: true });
    else await writeFile(file, text);
    return withEnvironment({ TIMELINE_KEY: undefined, TIMELINE_URL: undefined }, () =>
      runTimeline(['import', file, '--data', folder, ...parameters]),
    );
  }

  test('ends with 0 if everything is stored, also when it was before', async () => {
    const text = lines(3).join('\n');
    expect(await run(text)).toMatchObject({
      code: 0,
      output: expect.stringContaining('3 created, 0 replayed, 0 refused'),
    });
    expect(await run(text)).toMatchObject({
      code: 0,
      output: expect.stringContaining('0 created, 3 replayed, 0 refused'),
    });
  });

  test('reads a pipe once, from its beginning to its end', async () => {
    const pipe = join(folder, 'events.pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const written = writeFile(pipe, lines(3).join('\n'));
    const { code, output } = await runTimeline(['import', pipe, '--data', folder, '--url', server.url, '--key', key]);
    await written;
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining('3 created, 0 replayed, 0 refused'),
    });
  });

  test('ends with 1 if a line was refused, and lists it', async () => {
    const { code, output } = await run(`${line('a')}\n{\n`);
    expect(code).toBe(1);
    expect(output).toMatch(/1 created, 0 replayed, 1 refused\nline 2: Not a JSON object: .+\n$/);
  });

  test('prints the result as JSON for programs', async () => {
    const { code, output } = await run(`${line('a')}\n{\n`, ['--url', server.url, '--key', key, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(output)).toEqual({
      created: 1,
      replayed: 0,
      refused: [{ line: 2, reason: expect.stringMatching(/^Not a JSON object: /) }],
    });
  });

  /** A line without an id. */
  const bare = (headline: string, more: object = {}) => JSON.stringify(developmentWith({ headline, ...more }));
  const sourceAt = (url: string) => ({ sources: [{ url, publisher: 'AFP' }] });

  test('warns of lines without an id before it posts anything, since an edited one stands twice', async () => {
    const first = await run([line('a'), bare('One'), '', bare('Two')].join('\n'));
    expect(first).toMatchObject({ code: 0, output: '3 created, 0 replayed, 0 refused\n' });
    expect(first.errors).toBe(
      'Warning: Lines 2, 4 have no id. An id is computed from the text of the line. If you edit such a line and import the file again, both versions are public. Give every line an id, or name the field that has it with --id-pointer.\n',
    );
    const edited = await run([line('a'), bare('One, edited')].join('\n'));
    expect(edited.errors).toMatch(/^Warning: Line 2 has no id\./);
    expect(edited.output).toBe('1 created, 1 replayed, 0 refused\n');
    const many = await run(Array.from({ length: 12 }, (_, index) => bare(`Many ${index}`)).join('\n'));
    expect(many.errors).toMatch(/^Warning: Lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more have no id\./);
  });

  test('goes on past an event that was taken down, and names its line', async () => {
    const text = [line('kept'), line('taken'), line('after')].join('\n');
    await run(line('taken'));
    const id = eventIdOf('/newsrooms/example', 'taken');
    await world.call('POST', `/v1/events/${id}/redaction`, { body: { reason: 'legal', note: 'Withheld.' } });
    await world.settle(id);
    await (await subscribersIn()).fanOut();
    const { eraseContent } = await import('../../functions/lib/erase/erase-content.ts');
    await eraseContent({ now: Date.now, hasTime: () => true, invalidate: async () => {} });
    expect(await run(text)).toEqual({
      code: 0,
      output: '2 created, 0 replayed, 0 refused\nline 2: Its event was taken down, and is not stored again.\n',
      errors: '',
    });
  });

  test('warns before the first request', async () => {
    const order: string[] = [];
    await importEvents(bare('One'), { url: server.url, key }, (done) => order.push(`${done} done`), {
      onComputedIds: (numbers) => order.push(`warned of ${numbers} after ${server.received.length} requests`),
    });
    expect(order).toEqual(['warned of 1 after 0 requests', '0 done', '1 done']);
  });

  test('takes the ids of lines without one from --id-pointer, so that an edited line is refused, not stored twice', async () => {
    const parameters = ['--url', server.url, '--key', key, '--id-pointer', '/data/sources/0/url'];
    const url = 'https://example.org/one';
    const text = [line('own', sourceAt(url)), bare('One', sourceAt(url))].join('\n');
    expect(await run(text, parameters)).toEqual({
      code: 0,
      output: '2 created, 0 replayed, 0 refused\n',
      errors: '',
    });
    expect(await storedIds()).toEqual([url, 'own']);
    expect(await run(bare('One, edited', sourceAt(url)), parameters)).toMatchObject({
      code: 1,
      output:
        '0 created, 0 replayed, 1 refused\nline 1: Its id is taken by an event with other content.\nline 1: /data/headline: "One" → "One, edited"\n',
      errors: 'To correct the events that differ, import the file again with --correct and a note for readers.\n',
    });
    expect(await storedIds()).toEqual([url, 'own']);
  });

  test('refuses a line without an id that has neither a text nor a whole number there', async () => {
    const parameters = ['--url', server.url, '--key', key, '--id-pointer', '/data/when/edtf/year'];
    expect(await run(`${bare('One')}\n${line('a')}`, parameters)).toEqual({
      code: 1,
      output:
        '1 created, 0 replayed, 1 refused\nline 1: It has no id, and at /data/when/edtf/year neither a text nor a whole number.\n',
      errors: '',
    });
    const misused = await run(bare('One'), ['--url', server.url, '--key', key, '--id-pointer', 'data/ref']);
    expect(misused).toMatchObject({ code: 2, errors: expect.stringContaining('It must be a JSON pointer') });
  });

  test('takes the key from the environment, or else the development key of the folder', async () => {
    const none = await run(line('a'), ['--url', server.url]);
    const file = join(folder, 'events.ndjson');
    const command = ['import', file, '--data', folder, '--url', server.url];
    await writeFile(join(folder, 'development-key'), 'tl_of_the_folder\n');
    await withEnvironment({ TIMELINE_KEY: undefined }, () => runTimeline(command));
    await withEnvironment({ TIMELINE_KEY: 'tl_of_the_environment' }, () => runTimeline(command));
    await rm(join(folder, 'development-key'));
    expect(none.code).toBe(2);
    expect(server.received.map(({ authorization }) => authorization)).toEqual([
      'Bearer tl_of_the_folder',
      'Bearer tl_of_the_environment',
    ]);
  });

  test('takes the address from the environment, and sends the development key to no other system', async () => {
    const file = join(folder, 'events.ndjson');
    await writeFile(file, line('a'));
    await writeFile(join(folder, 'development-key'), 'tl_of_the_folder\n');
    const importTo = (url: string, ...more: string[]) =>
      withEnvironment({ TIMELINE_KEY: undefined, TIMELINE_URL: url }, () =>
        runTimeline(['import', file, '--data', folder, ...more]),
      );
    expect(await importTo(server.url)).toEqual({
      code: 0,
      output: '1 created, 0 replayed, 0 refused\n',
      errors: '',
    });
    expect(server.received.map(({ authorization }) => authorization)).toEqual(['Bearer tl_of_the_folder']);
    expect(await importTo('https://127.0.0.2:9')).toEqual({
      code: 2,
      output: '',
      errors:
        'error: there is no key. Give one with --key, or in TIMELINE_KEY.\nFor help: npx timeline import --help\n',
    });
    expect(await importTo('https://127.0.0.2:9', '--url', server.url)).toMatchObject({
      code: 0,
      output: '0 created, 1 replayed, 0 refused\n',
    });
    await rm(join(folder, 'development-key'));
  });

  test('posts the rows of a table, once; a dry run stores nothing; an edited row is refused with its cells that differ', async () => {
    const mapping = join(folder, 'mapping.json');
    await writeFile(
      mapping,
      JSON.stringify({
        id: 'ID',
        columns: {
          ID: null,
          Date: { to: '/data/when/edtf', type: 'date' },
          Headline: '/data/headline',
          Agency: '/data/sources/0/publisher',
        },
        defaults: {
          '/type': 'development.reported',
          '/subject': 'a-story',
          '/data/status': 'reported',
          '/data/sources/0/url': 'https://example.org/1',
        },
      }),
    );
    const csv = 'ID;Date;Headline;Agency\na;9 November 2020;"A truce;\nat last";AFP\nb;2020;Peace;AFP\n';
    const rows = (text: string, ...more: string[]) =>
      run(text, ['--url', server.url, '--key', key, '--map', mapping, ...more]);
    expect(await rows(csv, '--dry-run')).toEqual({
      code: 0,
      errors: '',
      output: 'Dry run, nothing was stored: 2 created, 0 replayed, 0 refused\n',
    });
    expect(await storedIds()).toEqual([]);
    expect(await rows(csv)).toMatchObject({ code: 0, output: '2 created, 0 replayed, 0 refused\n' });
    const edited = csv.replace('2020;Peace;AFP', '2021;War\u001b;Reuters');
    const differences = [
      { pointer: '/data/when/edtf', column: 'Date', before: '2020', after: '2021' },
      { pointer: '/data/headline', column: 'Headline', before: 'Peace', after: 'War\u001b' },
      { pointer: '/data/sources/0/publisher', column: 'Agency', before: 'AFP', after: 'Reuters' },
    ];
    const reason = 'Its id is taken by an event with other content.';
    for (const dryRun of [[], ['--dry-run']]) {
      const { code, output } = await rows(edited, '--json', ...dryRun);
      expect({ code, refused: JSON.parse(output).refused }).toEqual({
        code: 1,
        refused: [{ line: 4, reason, differences }],
      });
    }
    expect(await rows(edited)).toMatchObject({
      code: 1,
      output: [
        '0 created, 1 replayed, 1 refused',
        `line 4: ${reason}`,
        'line 4, column "Date": /data/when/edtf: "2020" → "2021"',
        'line 4, column "Headline": /data/headline: "Peace" → "War\\u001b"',
        'line 4, column "Agency": /data/sources/0/publisher: "AFP" → "Reuters"',
        '',
      ].join('\n'),
    });
    expect(await storedIds()).toEqual(['a', 'b']);
  });

  test('hands the bytes of the file over as they are', async () => {
    const { code, output } = await run(Buffer.from(line('a', { headline: 'Straße' }), 'latin1'));
    expect(code).toBe(1);
    expect(output).toMatch(/0 created, 0 replayed, 1 refused\nline 1: Not UTF-8: .+\n$/);
  });

  test('ends with 1 and a sentence if the import stops', async () => {
    const closed = await serve(() => ({ status: 401, text: '{}' }));
    expect(await run(line('a'), ['--url', closed.url, '--key', key])).toMatchObject({
      code: 1,
      errors: expect.stringContaining('The key is not accepted.'),
    });
    await closed.stop();
  });

  test.each<[string, string | null, string[], RegExp]>([
    ['the file is not there', null, ['--key', key], /^error: cannot read the file\. ENOENT.+events\.ndjson'$/m],
    ['there is no key', '', [], /^error: there is no key\. Give one with --key, or in TIMELINE_KEY\.$/m],
    ['an option is unknown', '', ['--newsroom', 'a'], /^error: unknown option '--newsroom'$/m],
    [
      'the address is none',
      '',
      ['--key', key, '--url', 'notaurl'],
      /^error: option '--url <url>' argument 'notaurl' is invalid\. It must be an address such as http:\/\/127\.0\.0\.1:3000\.$/m,
    ],
    ['the address has no scheme', '', ['--key', key, '--url', 'localhost:3000'], /It must be an address such as/],
    ['two files are named', '', ['another.ndjson'], /^error: too many arguments for 'import'\. Expected 1 argument/m],
  ])('ends with 2 and says what is wrong if %s', async (_, text, parameters, sentence) => {
    const { code, output, errors } = await run(text, parameters);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toMatch(sentence);
    expect(errors).toMatch(/\nFor help: npx timeline import --help\n$/);
  });
});
