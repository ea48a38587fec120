// Runs a program of this project, or its tests, with the Node of its own that package-lock.json pins, and installs the
// packages first if they are not those of package-lock.json. Whatever Node is on the machine runs this file, down to
// 20, and nothing may be installed yet: plain JavaScript, no dependencies.
//
//   node local/run.mjs commands/start.ts --port 3999
//   node local/run.mjs --jest test/events

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = join(root, 'node_modules');
const neededMajor = 24;
const ancestorCheckMs = 250;
/** As shells report a program that a signal has ended. */
const signalExitBase = 128;
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return undefined;
  }
}

/** npm leaves an account of what it has installed, as the last thing it does. */
function isInstalled() {
  const installed = lockedPackages(join(packages, '.package-lock.json'));
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  if (!installed) return false;
  if (!wanted) fail('package-lock.json is missing or damaged. Get it back with: git checkout package-lock.json');
  return Object.entries(wanted).every(([path, { version, optional, devOptional, peer }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === version : Boolean(optional || devOptional || peer);
  });
}

function install() {
  console.error('Installing packages with "npm ci", once; this takes a minute …');
  const npm = process.env.npm_execpath ?? '';
  const viaNode = basename(npm).startsWith('npm-cli');
  const npmArguments = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(
    viaNode ? process.execPath : 'npm',
    viaNode ? [npm, ...npmArguments] : npmArguments,
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], shell: !viaNode && process.platform === 'win32' },
  );
  if (error) fail(`npm cannot be run (${error.message}). Install Node.js with npm, then try again.`);
  if (status !== 0) fail('The packages could not be installed; npm says why above. Mend that, then try again.');
}

function findNode() {
  const own = join(packages, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own)) return own;
  if (Number.parseInt(process.versions.node, 10) >= neededMajor) return process.execPath;
  return fail(
    `Node.js ${neededMajor} is needed, and the package that brings it did not install. Run "npm rebuild node", or use Node.js ${neededMajor} or later.`,
  );
}

function commandLine() {
  const [program, ...rest] = process.argv.slice(2);
  if (program === undefined)
    fail('Usage: node local/run.mjs PROGRAM.ts [arguments], or node local/run.mjs --jest [arguments]');
  if (program !== '--jest') return [resolve(root, program), ...rest];
  const jest = join(packages, 'jest', 'bin', 'jest.js');
  return ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, ...rest];
}

function parentOf(pid) {
  try {
    // The name, in parentheses, may hold anything; the state and the parent come after it.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** The processes between npm and us: npm itself, or npm and the shell by which it runs scripts. */
function npmAncestors() {
  const parent = process.ppid;
  try {
    const isShell = readFileSync(`/proc/${parent}/cmdline`, 'utf8').includes('\0-c\0');
    return { parent, grandparent: isShell ? parentOf(parent) : undefined };
  } catch {
    return { parent, grandparent: undefined };
  }
}

/** npm passes on signals, but killed outright it says nothing. */
function watchNpm(whenGone) {
  const { parent, grandparent } = npmAncestors();
  const check = () => {
    const isGone = process.ppid !== parent || (grandparent !== undefined && parentOf(parent) !== grandparent);
    if (isGone) {
      clearInterval(timer);
      whenGone();
    }
  };
  const timer = setInterval(check, ancestorCheckMs);
  timer.unref();
}

function run(node) {
  const child = spawn(
    node,
    ['--import', pathToFileURL(join(root, 'local', 'end-with-parent.mjs')).href, ...commandLine()],
    {
      // The channel says nothing; it closes when this process is gone.
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      // Functions live in UTC, as on Lambda, and the threads they run in share the zone of their process.
      env: { TZ: 'UTC', ...process.env, TIMELINE_RUNNER_PID: String(process.pid) },
    },
  );
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of Object.keys(signalNumbers)) {
    process.on(signal, () => {
      // Ctrl-C reaches everyone in the terminal by itself; once is enough.
      if (signal !== 'SIGINT' || !hasTerminal) child.kill(signal);
    });
  }
  if (process.env.npm_lifecycle_event !== undefined) watchNpm(() => child.kill('SIGTERM'));
  child.on('error', (error) => fail(`${node} cannot be run: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? signalExitBase + (signalNumbers[signal] ?? 0)));
}

if (!isInstalled()) install();
run(findNode());
