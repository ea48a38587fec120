import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { LocalSystemError } from '../local-system-error.ts';

const stopTimeoutMs = 3_000;
const errorTextLimit = 4_000;

/**
 * The guard starts the program and then blocks on a pipe that we hold. However we end, even by `kill -9`, the kernel
 * closes the pipe; the guard wakes, ends its process group (the program may be a chain such as npx, node, binary) and
 * removes the folder given first, if any. It is a group of its own, so that Ctrl-C in the terminal does not reach it
 * before we have finished with the program.
 */
const guardScript = `
scratch=$1; shift
"$@" </dev/null &
echo $!
exec 1>&- 2>&-
read -r ended
trap '' TERM
kill -TERM 0
tries=0
while kill -0 $! && [ $tries -lt 20 ]; do sleep 0.05; tries=$((tries + 1)); done
[ -z "$scratch" ] || rm -rf "$scratch"
kill -KILL 0
`;

export interface SupervisedProgram {
  /** Process id of the program itself. */
  readonly pid: number;
  /** Resolves when the program has ended, for whatever reason, with what it wrote to its error stream. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

function killGroup(guard: ChildProcess): void {
  try {
    if (guard.pid) process.kill(-guard.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

/**
 * Runs a program that cannot outlive this process. `scratchFolder` is removed after the program has ended.
 *
 * @throws LocalSystemError if the program, or the shell that guards it, cannot be started
 */
export async function runSupervised(
  program: string,
  programArguments: readonly string[],
  scratchFolder = '',
): Promise<SupervisedProgram> {
  const guard = spawn('/bin/sh', ['-c', guardScript, 'engine-guard', scratchFolder, program, ...programArguments], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  // The guard may be gone before we close the pipe.
  guard.stdin.on('error', () => {});
  let errorText = '';
  guard.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(-errorTextLimit);
  });
  // The guard has closed its own ends: the streams end when the program does.
  const ended = Promise.all([once(guard.stdout, 'end'), once(guard.stderr, 'end')]).then(() => errorText.trim());
  // If the guard itself is killed, nobody watches over the program any more.
  const guardExit = once(guard, 'exit').then(async () => {
    killGroup(guard);
    if (scratchFolder !== '') await rm(scratchFolder, { recursive: true, force: true, maxRetries: 5 });
  });
  const pid = await new Promise<number>((resolve, reject) => {
    guard.once('error', (cause) => reject(new LocalSystemError(`Cannot start /bin/sh to run ${program}.`, { cause })));
    guard.stdout.setEncoding('utf8').once('data', (text: string) => resolve(Number.parseInt(text, 10)));
    ended.then((text) => reject(new LocalSystemError(`Cannot run ${program}: ${text}`)));
  });
  guard.stdout.resume();
  return {
    pid,
    ended,
    async stop() {
      guard.stdin.end();
      const timer = setTimeout(() => killGroup(guard), stopTimeoutMs);
      await guardExit;
      clearTimeout(timer);
    },
  };
}
