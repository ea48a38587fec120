import { readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const shownFile = /(<!-- code: (\S+) -->\n```\w+\n)[\s\S]*?(^```$)/gm;

/** The guides that show whole files of `examples/`. */
export const guidesWithExamples = ['desk-integrations.md'];

/** The guide with the files that it shows as they are. */
export const withExamples = (guide: string): string =>
  guide.replace(shownFile, (_, begin: string, file: string, end: string) => {
    return `${begin}${readFileSync(new URL(file, root), 'utf8').trimEnd()}\n${end}`;
  });
