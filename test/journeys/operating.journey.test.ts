import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureDevelopmentKey } from '../../commands/key/development-key.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { runTimeline } from '../commands/support/run-timeline.ts';
import { type Receiver, reactions, startReceiver } from '../support/receivers/receiver.ts';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journeyLimitMs = 120_000;

const folder = await temporaryFolder();
let system: LocalSystem;
let receiver: Receiver;

beforeAll(async () => {
  const templateFolder = await synthesizedStack();
  system = await startLocalSystem({ port: 0, dataFolder: folder.path, templateFolder, warm: false });
  receiver = await startReceiver();
  receiver.otherwise(reactions.takes);
  await ensureDevelopmentKey(folder.path, system.endpoint, system.outputs.AccessTable ?? '');
}, journeyLimitMs);

afterAll(async () => {
  await receiver?.stop();
  await system?.stop();
  await folder.remove();
});

test(
  'the smoke test finds that the local system works, with webhooks, and leaves nothing but what is on the record',
  async () => {
    const command = ['smoke', '--url', system.url, '--data', folder.path, '--receiver', receiver.url, '--wait', '30'];
    const { code, output } = await runTimeline(command);
    const states = output
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ +/).slice(0, 2).join(' '));
    expect({ code, states }).toEqual({
      code: 0,
      states: [
        'ok health',
        'ok refusal',
        'ok append',
        'ok replay',
        'ok timeline',
        'ok subscribe',
        'ok correct',
        'ok as-of',
        'ok formats',
        'ok caching',
        'ok webhook',
        'ok unsubscribe',
        'ok retract',
      ],
    });
    const timeline = await fetch(`${system.url}/v1/timeline`);
    expect(await timeline.json()).toMatchObject({ entries: [] });
  },
  journeyLimitMs,
);

interface LogLine {
  readonly message?: string;
  readonly eventId?: string;
  readonly revision?: number;
  readonly correlationId?: string;
}

/** What the functions logged with an id, as `function: message`, in the order of the flow. */
async function linesWith(correlationId: string): Promise<string[]> {
  const names = ['append-event', 'correct-event', 'sequence', 'project', 'fan-out', 'deliver'];
  const found = names.map(async (name) => {
    const lines = (await readFile(join(folder.path, 'logs', `${name}.log`), 'utf8')).trimEnd().split('\n');
    const parsed = lines.filter((line) => line.includes(correlationId)).map((line) => JSON.parse(line) as LogLine);
    return parsed.filter((line) => line.correlationId === correlationId).map(({ message }) => `${name}: ${message}`);
  });
  return (await Promise.all(found)).flat();
}

test('one id follows a change from its POST, which returns it, through all functions to the webhook', async () => {
  const key = (await readFile(join(folder.path, 'development-key'), 'utf8')).trim();
  const response = await fetch(`${system.url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'development.reported',
      id: 'followed',
      subject: 'followed',
      data: {
        when: { edtf: '2020-11-10', tz: 'UTC' },
        headline: 'Followed',
        status: 'reported',
        sources: [{ url: 'https://example.org/followed', publisher: 'Test' }],
      },
    }),
  });
  expect(response.status).toBe(201);
  await system.whenIdle();
  expect(await linesWith(response.headers.get('apigw-requestid') ?? '')).toEqual([
    'append-event: Appended',
    'sequence: Sequenced',
    'project: Projected',
    'fan-out: Fanned out',
  ]);
  // The correction of the smoke test went to a receiver.
  const corrected = await readFile(join(folder.path, 'logs', 'correct-event.log'), 'utf8');
  const appended = corrected.split('\n').find((line) => line.includes('"Appended"')) ?? '{}';
  expect(await linesWith((JSON.parse(appended) as LogLine).correlationId ?? '')).toEqual([
    'correct-event: Appended',
    'sequence: Sequenced',
    'project: Projected',
    'fan-out: Fanned out',
    'deliver: Attempted',
  ]);
});
