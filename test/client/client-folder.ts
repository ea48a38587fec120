import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');

/** Builds the client, and returns the folder of its package. */
export async function clientFolder(): Promise<string> {
  await promisify(execFile)(process.execPath, [join(root, 'packages', 'client', 'build.ts')], { cwd: root });
  return join(root, 'packages', 'client');
}
