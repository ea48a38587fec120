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
