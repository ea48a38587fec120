import { readFile } from 'node:fs/promises';
import { createServer, request as requestTo } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { endPrograms, type Program, startProgram } from '../journeys/support/program.ts';
import { temporaryFolder } from '../journeys/support/temporary-folder.ts';
import { type Redactions, redactionsIn } from '../support/fixtures/redaction.ts';
import { type Delivering, deliveringIn } from '../support/receivers/delivering.ts';
import { endpointsPath } from '../support/receivers/endpoints.ts';
import { emptyTable } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';

const limitMs = 90_000;
const program = join(import.meta.dirname, '..', '..', 'examples', 'receiver.ts');

let world: World;
let delivering: Delivering;
let redactions: Redactions;
const folder = await temporaryFolder();

/** The functions behind an address of this machine. */
const api = createServer(async (request, response) => {
  const body = await text(request);
  const { method = '', url = '' } = request;
  const reply = await world.call(method, url, body ? { body } : {});
  response.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.text);
});

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
  redactions = await redactionsIn(world);
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]));
afterAll(async () => {
  endPrograms();
  api.close();
  api.closeAllConnections();
  await world.stop();
  await folder.remove();
});

async function start(state: string, port = '0'): Promise<{ receiver: Program; id: string; port: string }> {
  const address = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const options = ['--api', address, '--port', port, '--state', state];
  const environment = { TIMELINE_KEY: 'tl_any_key' };
  const receiver = startProgram(process.execPath, [program, ...options], { folder: folder.path, environment });
  const [, id = '', at = ''] = await receiver.said(/Receiving for (wh_\w+) at http:\/\/127\.0\.0\.1:(\d+)/);
  return { receiver, id, port: at };
}

const copyIn = async (state: string) => JSON.parse(await readFile(join(folder.path, state), 'utf8'));

/** The headlines of the copy, by event; null where the event was retracted. */
async function headlines(state: string): Promise<Record<string, string | null>> {
  const events = Object.entries((await copyIn(state)).events) as [
    string,
    { entry: { data: { headline: string } } | null },
  ][];
  return Object.fromEntries(events.map(([id, { entry }]) => [id, entry?.data.headline ?? null]));
}

test(
  'the receiver verifies its endpoint, and keeps a copy: recorded, corrected, retracted',
  async () => {
    const { receiver, id } = await start('copy.json');
    const [first, second] = (await delivering.publish(2)) as [string, string];
    await delivering.followWakes();
    await delivering.change(first, 0, { headline: 'Corrected' });
    await delivering.change(second, 0, null);
    await delivering.followWakes();
    expect(await delivering.statuses(id)).toEqual({
      1: 'acknowledged',
      2: 'acknowledged',
      3: 'acknowledged',
      4: 'acknowledged',
    });
    expect(await headlines('copy.json')).toEqual({ [first]: 'Corrected', [second]: null });
    await receiver.said(/The timeline, as of position 4:\n {2}\S+ +Corrected\n/);
    // The same again changes nothing.
    await world.call('POST', `${endpointsPath}/${id}/deliveries/1/redeliver`);
    await delivering.followWakes();
    await receiver.said(new RegExp(`1 again ${first}_0`));
    expect(await headlines('copy.json')).toEqual({ [first]: 'Corrected', [second]: null });
    receiver.kill('SIGKILL');
    await receiver.ended;
  },
  limitMs,
);

test(
  'the receiver reads missed messages when it starts again, and when it sees a gap',
  async () => {
    const { receiver, id, port } = await start('missed.json');
    const [first] = (await delivering.publish(1)) as [string];
    await delivering.followWakes();
    receiver.kill('SIGKILL');
    await receiver.ended;
    const [second] = (await delivering.publish(1)) as [string];
    await delivering.change(first, 0, { headline: 'Corrected' });
    const again = await start('missed.json', port);
    expect(again.id).toBe(id);
    expect(Object.keys(await headlines('missed.json')).sort()).toEqual([first, second].sort());
    expect((await headlines('missed.json'))[first]).toBe('Corrected');
    // What is passed over is never sent: the message after it tells that it is missing.
    const [third] = (await delivering.publish(1)) as [string];
    await world.call('POST', `${endpointsPath}/${id}/disable`);
    await world.call('POST', `${endpointsPath}/${id}/enable`, { body: { resumeFrom: 'now' } });
    await delivering.followWakes();
    const [fourth] = (await delivering.publish(1)) as [string];
    await delivering.followWakes();
    await again.receiver.said(/Position 4 is missing/);
    expect(await delivering.statuses(id)).toMatchObject({ 4: 'pending', 5: 'acknowledged' });
    expect(Object.keys(await headlines('missed.json')).sort()).toEqual([first, second, third, fourth].sort());
    again.receiver.kill('SIGKILL');
    await again.receiver.ended;
  },
  limitMs,
);

test(
  'the receiver erases its copy of what was taken down, and keeps the note',
  async () => {
    const { receiver } = await start('taken-down.json');
    const [whole, partial, retracted] = (await delivering.publish(3, { summary: 'Zarifa said so' })) as [
      string,
      string,
      string,
    ];
    await delivering.change(retracted, 0, null);
    await delivering.followWakes();
    expect(await readFile(join(folder.path, 'taken-down.json'), 'utf8')).toContain('Zarifa');
    await delivering.change(partial, 0, { headline: 'Corrected', summary: 'A neighbour said so' });
    await redactions.takeDown(whole, { note: 'A court ordered it' });
    await redactions.takeDown(partial, { revisions: [0] });
    await redactions.takeDown(retracted);
    await delivering.followWakes();
    expect(await readFile(join(folder.path, 'taken-down.json'), 'utf8')).not.toContain('Zarifa');
    expect((await copyIn('taken-down.json')).events).toEqual({
      [whole]: { revision: 1, entry: null, note: 'A court ordered it' },
      [partial]: {
        revision: 2,
        entry: expect.objectContaining({ data: expect.objectContaining({ headline: 'Corrected' }) }),
      },
      [retracted]: { revision: 2, entry: null, note: 'By an order' },
    });
    await receiver.said(new RegExp(`6 redacted ${whole}_1: A court ordered it`));
    receiver.kill('SIGKILL');
    await receiver.ended;
  },
  limitMs,
);

test(
  'the receiver refuses a message without a valid signature',
  async () => {
    const { receiver, port } = await start('unsigned.json');
    const body = JSON.stringify({ eventid: 'evt_made_up', revision: 0, position: 1, change: 'recorded', data: {} });
    const headers = { 'webhook-id': 'evt_made_up_0', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' };
    const { status } = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body });
    expect([status, await headlines('unsigned.json')]).toEqual([401, {}]);
    receiver.kill('SIGKILL');
    await receiver.ended;
  },
  limitMs,
);

test(
  'the receiver reads no more of a body than a message can have, whatever its Content-Length',
  async () => {
    const { receiver, port } = await start('endless.json');
    const status = await new Promise((resolve, reject) => {
      // By chunks, and without an end.
      const request = requestTo({ port, host: '127.0.0.1', method: 'POST' }, (response) =>
        resolve(response.statusCode),
      );
      request.on('error', reject).write(Buffer.alloc(1_048_577, ' '));
    });
    expect(status).toBe(413);
    receiver.kill('SIGKILL');
    await receiver.ended;
  },
  limitMs,
);
