import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { loadStories } from '../../commands/import/load-stories.ts';
import { ensureDevelopmentKey } from '../../commands/key/development-key.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';
import { endPrograms, startProgram } from './support/program.ts';
import { startShell } from './support/shell.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journeyLimitMs = 180_000;
const addressInGuide = 'http://127.0.0.1:3000';
const root = join(import.meta.dirname, '..', '..');
const messagesOfStory = 37;

const folder = await temporaryFolder();
const guide = (await readFile(join(root, 'docs', 'webhooks.md'), 'utf8')).replaceAll(/^ {3}/gm, '');
const blocksOf = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text as string);
let system: LocalSystem;

beforeAll(async () => {
  const dataFolder = join(folder.path, '.timeline');
  system = await startLocalSystem({ port: 0, dataFolder, templateFolder: await synthesizedStack(), warm: false });
  const key = await ensureDevelopmentKey(dataFolder, system.endpoint, system.outputs.AccessTable ?? '');
  await loadStories(dataFolder, { url: system.url, key });
  await system.whenIdle();
}, journeyLimitMs);

afterAll(async () => {
  endPrograms();
  await system?.stop();
  await folder.remove();
});

test(
  'with the receiver running, every call of the guide works as it stands',
  async () => {
    const options = ['--api', system.url, '--port', '0', '--filter', '{"stories":["karabakh-2020"]}'];
    const program = join(root, 'examples', 'receiver.ts');
    const receiver = startProgram(process.execPath, [program, ...options], { folder: folder.path });
    await receiver.said(new RegExp(`as of position ${messagesOfStory}:`));
    const commands = blocksOf('sh').filter((block) => !block.startsWith('npm run'));
    const shell = startShell(commands.join('\n').replaceAll(addressInGuide, system.url), folder.path);
    const { code, output, errors } = await shell.ended;
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).not.toMatch(/"type":"\/problems\/|"message":/);
    expect(output.match(/"secret":"whsec_/g)?.length).toBe(2);
    // What the guide lets be redelivered comes again.
    await receiver.said(new RegExp(`^${messagesOfStory} again `, 'm'));
  },
  journeyLimitMs,
);

const hasPython = spawnSync('python3', ['--version']).status === 0;

(hasPython ? test : test.skip)('the Python of the guide tells what was signed from what was not', () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const body = '{"headline":"Ağdam"}';
  const headersAt = (at: Date) => ({
    'webhook-id': 'evt_a_0',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': `v1,AAAA ${new Webhook(secret).sign('evt_a_0', at, body)}`,
  });
  const now = new Date();
  const cases = [
    [headersAt(now), body],
    [headersAt(now), `${body} `],
    [headersAt(new Date(now.getTime() - 600_000)), body],
    [{ ...headersAt(now), 'webhook-id': 'evt_b_0' }, body],
  ];
  const script = `${blocksOf('python').join('\n')}
import json, sys
secret, cases = json.load(sys.stdin)
print(json.dumps([is_ours(secret, headers, body.encode()) for headers, body in cases]))`;
  const { stdout, stderr } = spawnSync('python3', ['-c', script], { input: JSON.stringify([secret, cases]) });
  expect([String(stderr), JSON.parse(String(stdout))]).toEqual(['', [true, false, false, false]]);
});
