import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../events/samples.ts';
import { type Delivering, deliveringIn, positionsOf } from '../support/receivers/delivering.ts';
import { type Receiver, startReceiver } from '../support/receivers/receiver.ts';
import { type Server, serve } from '../support/world/served-world.ts';
import { emptyTable } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { runTimeline } from './support/run-timeline.ts';
import { servePublished } from './support/serve-published.ts';

const key = 'tl_example-abc234_0123456789012345678901234567890123456789012';
const someEvent = 'evt_te73c6vbre67e74ncy75l2s54c';

let world: World;
let server: Server;
let folder: string;
let delivering: Delivering;
let receiver: Receiver;

beforeAll(async () => {
  world = await startWorld();
  server = await servePublished(world);
  delivering = await deliveringIn(world);
  receiver = await startReceiver();
  folder = await mkdtemp(join(tmpdir(), 'timeline-desk-'));
});
beforeEach(async () => {
  await Promise.all((['EventLog', 'Timelines', 'Subscribers', 'Access', 'HeldEvents'] as const).map(emptyTable));
  delivering.reset();
});
afterAll(async () => {
  await receiver.stop();
  await server.stop();
  await world.stop();
  await rm(folder, { recursive: true });
});

const run = (...commandLine: string[]) => runTimeline([...commandLine, '--url', server.url, '--key', key]);

async function post(id: string, data: object = {}, ...options: string[]) {
  const file = join(folder, `${id}.json`);
  await writeFile(file, JSON.stringify(developmentWith(data, { id, subject: 'harbour-bridge' })));
  return run('post', file, ...options);
}

const posted = async (id: string, data: object = {}): Promise<string> =>
  JSON.parse((await post(id, data, '--json')).output).id;

async function headlines(): Promise<string[]> {
  const entries: { readonly data: { readonly headline: string } }[] = JSON.parse(
    (await run('timeline', '--json')).output,
  );
  return entries.map(({ data }) => data.headline);
}

describe('held events', () => {
  const at = new Date(Date.now() + 86_400_000).toISOString();

  test('are seen by their newsroom alone, are released once, and then are public', async () => {
    const { code, output } = await post('noon', { headline: 'At noon' }, '--publish-at', at);
    const [id = ''] = /evt_[a-z2-7]{26}/.exec(output) ?? [];
    expect({ code, output }).toEqual({ code: 0, output: `${id} is held until ${at}.\n` });
    const shown = await run('held', 'show', id);
    expect(shown.output.split('\n').slice(0, 3)).toEqual([
      `Id          ${id}`,
      `Publish at  ${at}`,
      'Status      held',
    ]);
    expect(JSON.parse((await run('held', 'show', id, '--json')).output)).toMatchObject({ id, publishAt: at });
    expect(await headlines()).toEqual([]);
    expect(await run('held', 'release', id)).toEqual({
      code: 0,
      output: `${id} is published, revision 0.\n`,
      errors: '',
    });
    expect(await headlines()).toEqual(['At noon']);
    expect(await run('held', 'list')).toEqual({ code: 0, output: '', errors: 'Nothing is held.\n' });
    expect((await run('held', 'retract', id)).code).toBe(1);
  });

  test('are changed by retracting them and posting them again, as the error says', async () => {
    const [id = ''] = /evt_\w+/.exec((await post('noon', { headline: 'One' }, '--publish-at', at)).output) ?? [];
    const again = await post('noon', { headline: 'Two' }, '--publish-at', at);
    expect({ code: again.code, output: again.output, lines: again.errors.split('\n') }).toEqual({
      code: 1,
      output: '',
      lines: [
        expect.stringMatching(/^POST \/v1\/events: 409 /),
        'On the command line, retract it with "npx timeline held retract", and post it again.',
        '',
      ],
    });
    expect((await run('held', 'retract', id)).output).toBe(`${id} is not held any more.\n`);
    expect((await post('noon', { headline: 'Two' }, '--publish-at', at)).code).toBe(0);
    expect((await run('held', 'list')).output).toMatch(/ {2}Two\n$/);
  });

  test('are an error where there is none, with exit code 1', async () => {
    for (const action of ['show', 'release', 'retract']) {
      expect(await run('held', action, someEvent)).toEqual({
        code: 1,
        output: '',
        errors: expect.stringMatching(/: 404 Your newsroom holds no event with this id\. .+\n$/),
      });
    }
  });
});

describe('taking down', () => {
  const options = ['--reason', 'privacy', '--note'];

  test('is tried first, then takes the event out of what readers see; the note stays', async () => {
    const id = await posted('name', { headline: 'Jane Roe is named' });
    const command = ['take-down', id, ...options, 'A name was removed.'];
    expect(await run(...command, '--dry-run')).toEqual({
      code: 0,
      output: `Dry run, nothing is taken down: ${id} would be taken down by its revision 1.\nThese revisions would have no content: 0. Stories that list it, or did: harbour-bridge.\n`,
      errors: '',
    });
    expect(await headlines()).toEqual(['Jane Roe is named']);
    const done = { code: 0, output: `${id} is taken down by its revision 1.\n`, errors: '' };
    expect(await run(...command)).toEqual(done);
    expect(await run(...command)).toEqual(done);
    expect(await headlines()).toEqual([]);
    const { output } = await run('history', id);
    expect(output).toContain('  Note: A name was removed.\n');
    expect(output).not.toContain('Jane Roe');
    expect((await run('show', id)).errors).toMatch(/: 410 .+\n"npx timeline history" shows .+\n$/);
  });

  test('refuses a note that repeats what it takes down, and says which option keeps it', async () => {
    const id = await posted('name', { headline: 'Jane Roe is named' });
    const command = ['take-down', id, ...options, 'Jane Roe asked for it.'];
    const { code, output, errors } = await run(...command);
    expect({ code, output, lines: errors.split('\n') }).toEqual({
      code: 1,
      output: '',
      lines: [
        expect.stringMatching(/^POST .+\/redaction: 400 \/note: Repeats words of what it takes down: /),
        'On the command line, --confirm-note keeps it.',
        '',
      ],
    });
    expect(await headlines()).toEqual(['Jane Roe is named']);
    expect((await run(...command, '--confirm-note')).code).toBe(0);
    expect(await headlines()).toEqual([]);
  });

  test('of an earlier revision leaves the latest', async () => {
    const id = await posted('name', { headline: 'Jane Roe is named' });
    await run('correct', id, '--note', 'No names.', '--set', '/data/headline=Somebody is named');
    expect(await run('take-down', id, ...options, 'A name was removed.', '--revisions', '0')).toEqual({
      code: 0,
      output: `${id} is taken down by its revision 2.\n`,
      errors: '',
    });
    expect(await headlines()).toEqual(['Somebody is named']);
    expect((await run('history', id)).output).not.toContain('Jane Roe');
    expect(await run('take-down', id, ...options, 'x', '--revisions', 'all')).toMatchObject({
      code: 2,
      errors: expect.stringContaining('It must be numbers such as 0,1.'),
    });
  });
});

describe('messages', () => {
  test('are listed, and sent again: one, a range, and only what is missing', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(3);
    await delivering.followWakes();
    expect(positionsOf(receiver.received)).toEqual([1, 2, 3]);
    const listed = (await run('endpoint', 'deliveries', id, '--order', 'asc')).output.split('\n');
    expect(listed.map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ['POSITION', 'STATUS', 'CHANGE'],
      ['1', 'acknowledged', 'recorded'],
      ['2', 'acknowledged', 'recorded'],
      ['3', 'acknowledged', 'recorded'],
      [''],
    ]);
    const resent = async (...options: string[]) => {
      receiver.received.length = 0;
      const ended = await run('endpoint', 'resend', id, ...options);
      await delivering.followWakes();
      await delivering.subscribers.fanOut();
      await delivering.followWakes();
      return { ...ended, positions: positionsOf(receiver.received) };
    };
    expect(await resent('--position', '2')).toEqual({
      code: 0,
      output: 'The message at position 2 is sent again.\n',
      errors: '',
      positions: [2],
    });
    expect(await resent('--from', '2')).toMatchObject({
      code: 0,
      output: 'Messages at positions 2 to 3 are sent again.\n',
      positions: [2, 3],
    });
    expect(await resent('--from', '1', '--only-missing')).toMatchObject({ code: 0, positions: [] });
    expect(await resent('--position', '9')).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/: 404 The endpoint has no delivery at this position\. /),
    });
    expect(await resent('--from', '1', '--position', '2')).toMatchObject({ code: 2, positions: [] });
  });

  test('wait for a receiver that has not agreed; the command says where its answer is shown', async () => {
    const created = await run('endpoint', 'create', 'http://127.0.0.1:9/hook', '--json');
    const { id } = JSON.parse(created.output);
    expect(await run('endpoint', 'verify', id)).toEqual({
      code: 0,
      output: `${id} is pending. The receiver is asked now. See what it said with: npx timeline endpoint show ${id}\n`,
      errors: '',
    });
  });
});

test('a correction waits for an event that was posted a moment ago', async () => {
  const id = await posted('new', { headline: 'New' });
  let requests = 0;
  const slow = await serve(async (text, path, headers, method = 'GET') => {
    requests += 1;
    if (requests === 1) {
      return { status: 404, text: '{"detail":"It is not published yet."}', headers: { 'retry-after': '1' } };
    }
    const given = { ...(headers['if-match'] && { 'if-match': headers['if-match'] }) };
    const reply = await world.call(method, path, { headers: given, ...(text !== '' && { body: text }) });
    return { status: reply.status, text: reply.text };
  });
  const options = ['--note', 'Old.', '--set', '/data/headline=Old', '--url', slow.url, '--key', key];
  expect(await runTimeline(['correct', id, ...options])).toEqual({
    code: 0,
    output: `${id} is corrected, revision 1.\n`,
    errors: '',
  });
  await slow.stop();
});
