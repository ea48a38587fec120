import { readFile, writeFile } from 'node:fs/promises';
import { filledInGuides, withNumbers } from './numbers.ts';

/** Fills the numbers of delivery timing and the limits of sizes into the guides: run it after every change of them. */
for (const name of filledInGuides) {
  const guide = new URL(name, import.meta.url);
  await writeFile(guide, withNumbers(await readFile(guide, 'utf8')));
}
