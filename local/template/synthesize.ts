import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { LocalSystemError } from '../local-system-error.ts';
import { synthesizeOrCopy } from './stack-cache.ts';

const root = join(import.meta.dirname, '..', '..');
/** What ends up in the bundles and in the template. */
export const sourceFolders: readonly string[] = ['events', 'functions', 'infra'].map((name) => join(root, name));
const errorTextLimit = 8_000;

async function runProgram(folder: string, stopping?: AbortSignal): Promise<void> {
  const program = spawn(process.execPath, [join(root, 'infra', 'app.ts')], {
    cwd: root,
    // Most of the time would go into checks of the template, which stand before every deployment and in the tests.
    env: { CDK_VALIDATION: 'false', ...process.env, CDK_OUTDIR: folder, NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errorText = '';
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(-errorTextLimit);
  });
  stopping?.addEventListener('abort', () => program.kill());
  const [code] = await once(program, 'close');
  if (code !== 0) throw new LocalSystemError(`The stack cannot be synthesized:\n${errorText.trim()}`);
}

/**
 * Synthesizes the stack and bundles its functions into a folder, which is emptied first. If no source has changed since this was
 * last done, it is a copy of what came out then.
 *
 * @param stopping ends it half way
 * @throws LocalSystemError with what the program of the stack said, if it fails
 */
export async function synthesize(folder: string, stopping?: AbortSignal): Promise<void> {
  await synthesizeOrCopy(root, sourceFolders, folder, (fresh) => runProgram(fresh, stopping));
}
