// Runs a program of this project with the Node that package-lock.json pins, and installs the packages first if they
// are not those of package-lock.json. Any Node from 20 on may run this file, before anything is installed: it is plain
// JavaScript without dependencies.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installPackages } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = join(root, 'node_modules');
/** Node keeps compiled modules there, which halves the time that a program takes to start. */
const compiledModules = join(packages, '.cache', 'timeline-modules');
const neededMajor = 24;
const ancestorCheckMs = 250;
/** Shells report exit code 128 + n for a program that was ended by signal n. */
const signalExitBase = 128;
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function install() {
  try {
    installPackages(root, {
      announcement: 'Installing packages with "npm ci". This happens once and takes about a minute …',
    });
  } catch (error) {
    fail(error.message);
  }
}

function findNode() {
  const own = join(packages, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own)) return own;
  if (Number.parseInt(process.versions.node, 10) >= neededMajor) return process.execPath;
  return fail(
    `Node.js ${neededMajor} is needed, and the package that contains it was not installed. Run "npm rebuild node", or use Node.js ${neededMajor} or later.`,
  );
}

function parentOf(pid) {
  try {
    // The name, in parentheses, may contain anything; the state and the parent come after it.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** The parent processes that belong to npm: npm itself, or npm and the shell in which it runs scripts. */
function npmAncestors() {
  const parent = process.ppid;
  try {
    const isShell = readFileSync(`/proc/${parent}/cmdline`, 'utf8').includes('\0-c\0');
    return { parent, grandparent: isShell ? parentOf(parent) : undefined };
  } catch {
    return { parent, grandparent: undefined };
  }
}

/** npm passes signals on, except if it is killed by a signal that it cannot handle. */
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

function run(node, commandLine) {
  const preload = pathToFileURL(join(root, 'local', 'end-with-parent.mjs')).href;
  const child = spawn(node, ['--import', preload, ...commandLine], {
    // Nothing is sent through the channel. It closes when this process is gone, which ends the program.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // As on Lambda, functions run in UTC; the threads that they run in share the zone of their process.
    env: {
      TZ: 'UTC',
      NODE_COMPILE_CACHE: compiledModules,
      ...process.env,
      TIMELINE_RUNNER_PID: String(process.pid),
    },
  });
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of Object.keys(signalNumbers)) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to all of its processes. The child must not get it twice.
      if (signal !== 'SIGINT' || !hasTerminal) child.kill(signal);
    });
  }
  if (process.env.npm_lifecycle_event !== undefined) watchNpm(() => child.kill('SIGTERM'));
  child.on('error', (error) => fail(`${node} cannot be run: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? signalExitBase + (signalNumbers[signal] ?? 0)));
}

/**
 * Runs a program in place of this one: same terminal, same signals, same exit code.
 *
 * @param {string} program a file, relative to the project; or `--jest`
 * @param {string[]} programArguments
 */
export function launch(program, programArguments) {
  install();
  const jest = [
    '--experimental-vm-modules',
    // Tests make much that does not live long: with a larger nursery, less of it is copied.
    '--max-semi-space-size=64',
    '--disable-warning=ExperimentalWarning',
    join(packages, 'jest', 'bin', 'jest.js'),
  ];
  run(findNode(), [...(program === '--jest' ? jest : [resolve(root, program)]), ...programArguments]);
}
