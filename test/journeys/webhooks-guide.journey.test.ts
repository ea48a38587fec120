import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { loadStories } from '../../commands/import/load-stories.ts';
import { ensureDevelopmentKey } from '../../commands/key/development-key.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { clientFolder } from '../client/client-folder.ts';
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

test(
  'the programs of the guide to the client compile in a strict project, and do what it says',
  async () => {
    const project = join(folder.path, 'project');
    const installed = join(project, 'node_modules', 'timeline-client');
    await mkdir(installed, { recursive: true });
    const built = await clientFolder();
    await cp(join(built, 'package.json'), join(installed, 'package.json'));
    await cp(join(built, 'dist'), join(installed, 'dist'), { recursive: true });
    await symlink(join(root, 'node_modules', '@types'), join(project, 'node_modules', '@types'));
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
    const compilerOptions = {
      ...{ target: 'es2022', module: 'nodenext', strict: true, exactOptionalPropertyTypes: true, types: ['node'] },
      ...{ noUncheckedIndexedAccess: true, noEmit: true, skipLibCheck: false, typeRoots: ['node_modules/@types'] },
    };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    const text = (await readFile(join(root, 'docs', 'client.md'), 'utf8')).replaceAll(addressInGuide, system.url);
    const programs = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, program]) => program as string);
    const names = ['read', 'post', 'follow', 'receive', 'fail'];
    expect(programs.length).toBe(names.length);
    for (const [index, name] of names.entries())
      await writeFile(join(project, `${name}.ts`), programs[index] as string);
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    expect(spawnSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' }).stdout).toBe('');

    const key = (await readFile(join(folder.path, '.timeline', 'development-key'), 'utf8')).trim();
    const output = async (name: string) => {
      const environment = { TIMELINE_KEY: key };
      const { ended } = startProgram(process.execPath, [join(project, `${name}.ts`)], { folder: project, environment });
      return (await ended).output.trim().split('\n');
    };
    expect(await output('read')).toContain('2020-11-10 Russian peacekeepers deploy under the truce');
    expect(await output('post')).toEqual(['1 Talks on the road']);
    expect((await output('follow')).map((line) => line.split(' ').slice(0, 2))).toEqual([
      ['1', 'recorded'],
      ['2', 'recorded'],
      ['3', 'recorded'],
    ]);
    const [refusal] = await output('fail');
    expect(refusal).toMatch(/^400 GET \/v1\/timeline: 400 /);
  },
  journeyLimitMs,
);
