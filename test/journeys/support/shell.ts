import { join } from 'node:path';
import { type Program, startProgram } from './program.ts';

/** Not every machine has curl; the folder of the tests may not allow programs. */
const curl = 'curl() { "$RUN_BY" "$CURL" "$@"; }';

/** Types commands into one shell, which ends at the first that fails. */
export function startShell(commands: string, folder: string): Program {
  return startProgram('sh', ['-e', '-c', `${curl}\n${commands}`], {
    folder,
    environment: { RUN_BY: process.execPath, CURL: join(import.meta.dirname, 'curl.mjs') },
  });
}
