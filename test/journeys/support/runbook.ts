import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const word = /'([^']*)'|(\S+)/g;

/** The command lines in the blocks of a guide, in their order, as words, without comments. */
export async function runbookCommands(guide: string): Promise<string[][]> {
  const text = await readFile(join(root, 'docs', guide), 'utf8');
  const blocks = [...text.replaceAll(/^ {3}/gm, '').matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
  return blocks
    .flatMap(([, block = '']) =>
      block
        .replaceAll(/\s*\\\n\s*/g, ' ')
        .trimEnd()
        .split('\n'),
    )
    .map((line) => [...line.replace(/\s+#.*$/, '').matchAll(word)].map(([, quoted, plain = '']) => quoted ?? plain));
}
