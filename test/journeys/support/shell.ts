import { join } from 'node:path';
import { type Program, startProgram } from './program.ts';

/** Not every machine has curl; the folder of the tests may not allow programs, and has no packages. */
const functions = `
curl() { "$RUN_BY" "$CURL" "$@"; }
npx() { [ "$1" = timeline ] && shift && "$RUN_BY" "$TIMELINE" "$@"; }`;

const commands = join(import.meta.dirname, '..', '..', '..', 'commands');

/** Types commands into one shell, which ends at the first that fails. */
export function startShell(
  script: string,
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Program {
  return startProgram('sh', ['-e', '-c', `${functions}\n${script}`], {
    folder,
    environment: {
      RUN_BY: process.execPath,
      CURL: join(import.meta.dirname, 'curl.mjs'),
      TIMELINE: join(commands, 'timeline.mjs'),
      ...environment,
    },
  });
}
