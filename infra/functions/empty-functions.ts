import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionNames } from './function-names.ts';

/** A folder with the bundles of functions that do nothing. */
export function writeEmptyFunctions(folder: string): string {
  for (const name of functionNames) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'index.mjs'), `// ${name}`);
  }
  return folder;
}
