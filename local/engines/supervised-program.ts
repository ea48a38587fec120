import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { LocalSystemError } from '../local-system-error.ts';

const stopTimeoutMs = 3_000;
const errorTextLimit = 4_000;

/**
 * The supervisor, a shell, starts the program and then blocks on a pipe from this process. However this process ends,
 * even by `kill -9`, the kernel closes the pipe. The supervisor then ends its process group (the program may be a chain
 * such as npx, node, binary) and removes the scratch folder, if there is one. The group is its own, so that Ctrl-C in
 * the terminal does not end the program while this process still needs it.
 */
const supervisorScript = `
scratch=$1; shift
"$@" </dev/null &
echo $!
exec 1>&- 2>&-
read -r ended
trap '' TERM
kill -TERM 0
checks=0
while kill -0 $! && [ $checks -lt 100 ]; do sleep 0.01; checks=$((checks + 1)); done
[ -z "$scratch" ] || rm -rf "$scratch"
kill -KILL 0
`;

export interface SupervisedProgram {
  /** Process id of the program itself. */
  readonly pid: number;
  /** Resolves when the program has ended, for any reason, with what it wrote to standard error. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

function killGroup(supervisor: ChildProcess): void {
  try {
    if (supervisor.pid) process.kill(-supervisor.pid, 'SIGKILL');
  } catch {
    // The group has ended already.
  }
}

export interface ProgramOptions {
  /** Removed after the program has ended. */
  readonly scratchFolder?: string;
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs a program that cannot outlive this process.
 *
 * @throws {LocalSystemError} when the program, or the shell that supervises it, cannot be started
 */
export async function runSupervised(
  program: string,
  programArguments: readonly string[],
  { scratchFolder = '', environment = {} }: ProgramOptions = {},
): Promise<SupervisedProgram> {
  const supervisor = spawn(
    '/bin/sh',
    ['-c', supervisorScript, 'engine-supervisor', scratchFolder, program, ...programArguments],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...environment },
    },
  );
  // The supervisor may have ended before the pipe is closed.
  supervisor.stdin.on('error', () => {});
  let errorText = '';
  supervisor.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(-errorTextLimit);
  });
  // The supervisor has closed its copies of the streams, so they end when the program does.
  const ended = Promise.all([once(supervisor.stdout, 'end'), once(supervisor.stderr, 'end')]).then(() =>
    errorText.trim(),
  );
  // If the supervisor itself is killed, its process group must end too.
  const supervisorExit = once(supervisor, 'exit').then(async () => {
    killGroup(supervisor);
    if (scratchFolder !== '') await rm(scratchFolder, { recursive: true, force: true, maxRetries: 5 });
  });
  const pid = await new Promise<number>((resolve, reject) => {
    supervisor.once('error', (cause) =>
      reject(new LocalSystemError(`Cannot start /bin/sh to run ${program}.`, { cause })),
    );
    supervisor.stdout.setEncoding('utf8').once('data', (text: string) => resolve(Number.parseInt(text, 10)));
    ended.then((text) => reject(new LocalSystemError(`Cannot run ${program}: ${text}`)));
  });
  supervisor.stdout.resume();
  return {
    pid,
    ended,
    async stop() {
      supervisor.stdin.end();
      const timer = setTimeout(() => killGroup(supervisor), stopTimeoutMs);
      await supervisorExit;
      clearTimeout(timer);
    },
  };
}
