import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { untilDead } from './support/processes.ts';

const local = join(import.meta.dirname, '..', '..', 'local');
const lock = (version: string) => ({
  packages: { '': {}, 'node_modules/a': { version }, 'node_modules/b': { version, optional: true } },
});

/** A project with nothing but run.mjs and what it needs, and an npm that only writes down what it was asked to do. */
let project: string;
let npm: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'timeline-run-'));
  npm = join(project, 'npm-cli.js');
  await mkdir(join(project, 'local'));
  for (const file of ['run.mjs', 'launch.mjs', 'install.mjs', 'end-with-parent.mjs'])
    await cp(join(local, file), join(project, 'local', file));
  await writeFile(join(project, 'package.json'), '{"type":"commonjs"}');
  await writeFile(join(project, 'package-lock.json'), JSON.stringify(lock('1.0.0')));
  await fakeNpm(0);
});

afterEach(() => rm(project, { recursive: true, force: true }));

async function fakeNpm(exitCode: number): Promise<void> {
  const installed = { packages: { 'node_modules/a': { version: '1.0.0' } } };
  await writeFile(
    npm,
    `const fs = require('node:fs');
    fs.appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
    fs.mkdirSync('node_modules/node/bin', { recursive: true });
    fs.rmSync('node_modules/node/bin/node', { force: true });
    fs.symlinkSync(${JSON.stringify(process.execPath)}, 'node_modules/node/bin/node');
    if (${exitCode} === 0) fs.writeFileSync('node_modules/.package-lock.json', ${JSON.stringify(JSON.stringify(installed))});
    process.exit(${exitCode});`,
  );
}

async function writeProgram(name: string, source: string): Promise<void> {
  await writeFile(join(project, name), source);
}

function start(commandLine: string[], environment: Record<string, string> = {}) {
  return spawn(process.execPath, [join(project, 'local', 'run.mjs'), ...commandLine], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, npm_execpath: npm, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(commandLine: string[], environment: Record<string, string> = {}) {
  const child = start(commandLine, environment);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

const installing = 'Installing packages with "npm ci". This happens once and takes about a minute …\n';
const npmCalls = () => readFile(join(project, 'npm-calls'), 'utf8');

describe('run.mjs', () => {
  test('installs missing packages, reports it in one line, and runs the program with its arguments and the installed Node', async () => {
    await writeProgram('p.ts', 'const all: string[] = process.argv; console.log(process.execPath, ...all.slice(2));');
    const node = join(project, 'node_modules', 'node', 'bin', 'node');
    expect(await run(['p.ts', '--port', '1'])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/ --port 1\n$/),
      stderr: installing,
    });
    expect(await npmCalls()).toBe('ci --no-audit --no-fund --loglevel=error\n');
    await rm(node);
    await writeFile(node, `#!/bin/sh\necho "installed node"\n`);
    await chmod(node, 0o755);
    expect(await run(['p.ts'])).toEqual({ code: 0, stdout: 'installed node\n', stderr: '' });
  });

  test('installs again when package-lock.json changes, and not before', async () => {
    await writeProgram('p.ts', '');
    await run(['p.ts']);
    expect((await run(['p.ts'])).stderr).toBe('');
    await writeFile(join(project, 'package-lock.json'), JSON.stringify(lock('1.0.1')));
    expect((await run(['p.ts'])).stderr).toBe(installing);
    expect((await npmCalls()).split('\n')).toHaveLength(3);
  });

  test('says what to do when the installation fails', async () => {
    await fakeNpm(1);
    expect(await run(['p.ts'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `${installing}The packages could not be installed. npm says why above. Fix that, then try again.\n`,
    });
  });

  test('ends with the exit code of the program', async () => {
    await writeProgram('p.ts', 'process.exitCode = 7;');
    expect((await run(['p.ts'])).code).toBe(7);
  });

  test('runs jest with ES modules', async () => {
    await run(['p.ts']);
    const bin = join(project, 'node_modules', 'jest', 'bin');
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'jest.js'), 'console.log(...process.execArgv, ...process.argv.slice(2));');
    const { stdout } = await run(['--jest', 'test/events']);
    expect(stdout).toMatch(/--experimental-vm-modules .*test\/events\n$/);
  });

  test('prints its usage if it gets no program', async () => {
    await run(['p.ts']);
    const { code, stderr } = await run([]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'Usage: node local/run.mjs PROGRAM.ts [arguments], or node local/run.mjs --jest [arguments]\n',
    });
  });
});

describe('the end of run.mjs', () => {
  const server = `process.on('SIGTERM', () => { console.log('ended properly'); process.exit(3); });
    setInterval(() => {}, 1000); console.log(process.pid);`;

  async function startServer(environment: Record<string, string> = {}) {
    await writeProgram('server.ts', server);
    await run(['p.ts']);
    const child = start(['server.ts'], environment);
    const lines = createInterface(child.stdout);
    const [pid] = await once(lines, 'line');
    return { child, lines, pid: Number(pid) };
  }

  test('by a signal is that of the program, which ends in its own way', async () => {
    const { child, lines } = await startServer();
    child.kill('SIGTERM');
    const [[line], [code]] = await Promise.all([once(lines, 'line'), once(child, 'exit')]);
    expect({ line, code }).toEqual({ line: 'ended properly', code: 3 });
  });

  test('by kill -9 ends the program as well', async () => {
    const { child, lines, pid } = await startServer();
    child.kill('SIGKILL');
    expect(await once(lines, 'line')).toEqual(['ended properly']);
    expect(await untilDead(pid)).toBe(true);
  });

  test('follows, with that of the program, when the npm that started it is killed', async () => {
    await writeProgram('server.ts', server);
    await run(['p.ts']);
    const runner = `'${process.execPath}' '${join(project, 'local', 'run.mjs')}' server.ts`;
    // Like npm: a shell between it and what it runs, which no signal of ours reaches.
    const script = `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(`${runner}; true`)}], { stdio: 'inherit' })`;
    const fakeNpmProcess = spawn(process.execPath, ['-e', script], {
      env: { PATH: process.env.PATH, npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface(fakeNpmProcess.stdout);
    const [pid] = await once(lines, 'line');
    fakeNpmProcess.kill('SIGKILL');
    expect(await once(lines, 'line')).toEqual(['ended properly']);
    expect(await untilDead(Number(pid))).toBe(true);
  });
});

test('run.mjs uses the Node that runs it if none is installed and it is new enough', async () => {
  await writeProgram('p.ts', 'console.log(process.execPath);');
  await mkdir(join(project, 'node_modules'));
  await writeFile(join(project, 'package-lock.json'), '{"packages":{}}');
  await writeFile(join(project, 'node_modules', '.package-lock.json'), '{"packages":{}}');
  expect(await run(['p.ts'])).toEqual({ code: 0, stdout: `${process.execPath}\n`, stderr: '' });
});
