import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { LocalSystemError } from '../local-system-error.ts';
import { synthesizeOrCopy } from './stack-cache.ts';

const root = join(import.meta.dirname, '..', '..');
/** The sources of the bundles and of the template. */
export const sourceFolders: readonly string[] = ['events', 'functions', 'infra', 'docs'].map((name) =>
  join(root, name),
);
const errorTextLimit = 8_000;

async function runProgram(folder: string, stopping?: AbortSignal): Promise<void> {
  const program = spawn(process.execPath, [join(root, 'infra', 'app.ts')], {
    cwd: root,
    // Checks of the template would take most of the time. They run in tests and before a deployment.
    env: { CDK_VALIDATION: 'false', ...process.env, CDK_OUTDIR: folder, TIMELINE_STAGE: 'local', NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errorText = '';
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(-errorTextLimit);
  });
  stopping?.addEventListener('abort', () => program.kill());
  const [code] = await once(program, 'close');
  if (code !== 0)
    throw new LocalSystemError(
      `The stack cannot be synthesized. Fix this in infra/ or functions/:\n${errorText.trim()}`,
    );
}

export interface SynthesisOptions {
  /** Called with a line for the terminal, unless the stack is copied from the cache. */
  readonly log?: (line: string) => void;
  /** Aborts the synthesis. */
  readonly stopping?: AbortSignal;
}

/**
 * Synthesizes the stack and bundles its functions into a folder, which is emptied first. If no source has changed since
 * the last synthesis, it copies that result.
 *
 * @throws {LocalSystemError} when the synthesis fails; the message has its output
 */
export async function synthesize(folder: string, { log, stopping }: SynthesisOptions = {}): Promise<void> {
  await synthesizeOrCopy(root, sourceFolders, folder, (fresh) => {
    log?.('Synthesizing the stack; this takes a few seconds …');
    return runProgram(fresh, stopping);
  });
}
