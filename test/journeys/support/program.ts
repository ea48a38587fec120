import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..', '..', '..');
const patienceMs = 90_000;
/** What runs the tests must not reach the programs they run, but for where Node keeps compiled modules. */
const variablesOfTests = /^(NODE_(?!COMPILE_CACHE$)|JEST_|POWERTOOLS_|AWS_|TIMELINE_|npm_)/;

const running = new Set<ChildProcess>();

/** How a program ended: with a code or by a signal. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

export interface Program {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** The first match in what it has written to standard output, as soon as there is one. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
}

interface Settings {
  /** Whether the program, of Node, ends when this process does, even by `kill -9`. */
  readonly endsWithThis?: boolean;
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

function follow(child: ChildProcess): Program {
  let output = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, output, errors }));
  return {
    pid: child.pid ?? 0,
    ended,
    async said(pattern) {
      const deadline = Date.now() + patienceMs;
      let hasEnded = false;
      ended.then(() => {
        hasEnded = true;
      });
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match;
        if (hasEnded || Date.now() > deadline) throw new Error(`It never said ${pattern}, but: ${output}${errors}`);
        await delay(20);
      }
    },
    kill: (signal) => child.kill(signal),
  };
}

const preload = ['--import', pathToFileURL(join(root, 'local', 'end-with-parent.mjs')).href];

/** Starts a program with nothing of the tests' environment. */
export function startProgram(file: string, commandLine: readonly string[], settings: Settings = {}): Program {
  const { folder = root, environment, endsWithThis = false } = settings;
  const own = Object.entries(process.env).filter(([name]) => !variablesOfTests.test(name));
  const env = {
    ...Object.fromEntries(own),
    ...(endsWithThis && { TIMELINE_RUNNER_PID: String(process.pid) }),
    ...environment,
  };
  const words = [...(endsWithThis ? preload : []), ...commandLine];
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', ...(endsWithThis ? ['ipc' as const] : [])];
  return follow(spawn(file, words, { cwd: folder, env, stdio }));
}

/** Starts the system as `npm start` does. */
export function startSystem(commandLine: readonly string[], settings: Settings = {}): Program {
  const runner = join(root, 'local', 'run.mjs');
  return startProgram(process.execPath, [runner, 'commands/start.ts', ...commandLine], settings);
}

/** Runs a command as `npx timeline` does. */
export function startTimeline(commandLine: readonly string[]): Program {
  return startProgram(process.execPath, [join(root, 'commands', 'timeline.mjs'), ...commandLine]);
}

/** Ends what a failed test has left running. */
export function endPrograms(): void {
  for (const child of running) child.kill('SIGKILL');
}
