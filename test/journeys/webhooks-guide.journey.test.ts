import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { ensureDevelopmentKey } from '../../commands/api/development-key.ts';
import { loadStories } from '../../commands/import/load-stories.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { clientFolder } from '../client/client-folder.ts';
import { googleSheet } from '../examples/support/google-sheet.ts';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';
import { clientOf } from './support/client.ts';
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
    [{}, body],
    [{ ...headersAt(now), 'webhook-timestamp': 'now' }, body],
    [{ ...headersAt(now), 'webhook-timestamp': '1'.repeat(5_000) }, body],
    [{ ...headersAt(now), 'webhook-signature': 'v1,é' }, body],
  ];
  const script = `${blocksOf('python').join('\n')}
import json, sys
secret, cases = json.load(sys.stdin)
print(json.dumps([is_ours(secret, headers, body.encode()) for headers, body in cases]))`;
  const { stdout, stderr } = spawnSync('python3', ['-c', script], { input: JSON.stringify([secret, cases]) });
  expect([String(stderr), JSON.parse(String(stdout))]).toEqual(['', [true, ...cases.slice(1).map(() => false)]]);
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

test(
  'the script of the guide to sheets sends rows, corrects them with a note, and says in the row what came of it',
  async () => {
    const key = (await readFile(join(folder.path, '.timeline', 'development-key'), 'utf8')).trim();
    const properties = { TIMELINE_URL: system.url, TIMELINE_KEY: key, TIMELINE_STORY: 'harbour-bridge' };
    const headings = ['When', 'Zone', 'Headline', 'Status', 'Source', 'Publisher', 'Note', 'Id', 'Result'];
    const rest = ['Confirmed', 'https://example.org/diver', 'Harbour News', '', '', ''];
    const rows = [
      headings,
      ['2024-06', 'Europe/Oslo', 'A diver sees cracks', ...rest],
      [{ day: '2024-06-01', shown: '2024-06' }, '', 'Sheets takes a month for a day', ...rest],
      [{ day: '2025-03-02', shown: '3/2/2025' }, '', 'The bridge closes', ...rest],
    ];
    const [headline, status, note, id, result] = [2, 3, 6, 7, 8];
    const sheet = await googleSheet(rows, properties);
    expect((await sheet.run('install')).triggers).toEqual([
      ['sendChangedRows', 'onFormSubmit'],
      ['sendChangedRows', 'onEdit'],
    ]);
    const stored = (revision: number) =>
      expect.stringMatching(new RegExp(`^Stored: ${system.url}/events/evt_[a-z2-7]{26} \\(revision ${revision}\\)$`));
    const shown = async (...call: Parameters<typeof sheet.run>) => {
      const { rows } = await sheet.run(...call);
      await system.whenIdle();
      return rows.slice(1).map((row) => row[result]);
    };
    const entries = async () =>
      (await clientOf(system.url).entries('story=harbour-bridge')).map(({ revision, when, data }) => [
        revision,
        when?.edtf,
        data.headline,
      ]);

    expect(await shown('sendChangedRows')).toEqual([stored(0), '', '']);
    expect(await shown('sendAllRows')).toEqual([stored(0), stored(0), stored(0)]);
    expect(await shown('sendChangedRows', [], 1, 4)).toEqual([stored(0), stored(0), stored(0)]);
    expect(await entries()).toEqual([
      [0, '2024-06', 'A diver sees cracks'],
      [0, '2024-06', 'Sheets takes a month for a day'],
      [0, '2025-03-02', 'The bridge closes'],
    ]);

    const differs = '409: The record has another /data/headline. To correct it, say why in Note.';
    const wrong = '400: /event/data/status: Must be one of planned, reported, confirmed, disputed.';
    expect((await shown('sendChangedRows', [[2, headline, 'Two divers see cracks']]))[0]).toBe(differs);
    const { rows: corrected } = await sheet.run('sendChangedRows', [[2, note, 'There were two.']]);
    expect([corrected[1]?.[note], corrected[1]?.[result]]).toEqual(['', stored(1)]);
    expect((await shown('sendChangedRows', [[2, status, 'sure']]))[0]).toBe(wrong);
    expect((await shown('sendChangedRows', [[2, status, '']]))[0]).toBe('Not sent. Fill in: Status');
    const before = [2, status, 'Confirmed'] as const;
    expect((await shown('sendChangedRows', [before]))[0]).toEqual(stored(1));
    expect((await entries())[0]).toEqual([1, '2024-06', 'Two divers see cracks']);

    const ids = corrected.slice(1).map((row) => row[id]);
    expect(new Set(ids).size).toBe(3);
    await sheet.close();

    const unreached = await googleSheet(rows, { ...properties, TIMELINE_URL: 'http://127.0.0.1:9' });
    expect((await unreached.run('sendChangedRows')).rows[1]?.[result]).toBe(
      'Not sent: fetch failed Send it again by the menu "Timeline".',
    );
    await unreached.close();
    const other = [
      ['Name', 'Telephone'],
      ['Somebody', '1'],
    ];
    const elsewhere = await googleSheet(other, properties);
    expect((await elsewhere.run('sendChangedRows')).rows).toEqual(other);
    await elsewhere.close();
  },
  journeyLimitMs,
);
