import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const guide = join(root, 'docs', 'first-story.md');
const fence = /^```(\w*)\n([\s\S]*?)^```\n(?:```(?:json)?\n([\s\S]*?)^```$)?/gm;
const word = /'([^']*)'|"([^"]*)"|(\S+)/g;

/** A block of the guide to type, and what it shows right below it; null if it shows nothing. */
export interface Step {
  readonly command: string;
  readonly answer: string | null;
}

/** What the guide to a first story lets its reader type, block by block, and the addresses that it lets them open. */
export async function firstStory(): Promise<{ readonly steps: readonly Step[]; readonly pages: readonly string[] }> {
  const text = await readFile(guide, 'utf8');
  const steps = [...text.matchAll(fence)]
    .filter(([, language]) => language === 'sh')
    .map(([, , command = '', answer]) => ({ command: command.trimEnd(), answer: answer?.trimEnd() ?? null }));
  return { steps, pages: [...text.matchAll(/`(http:[^`]+)`/g)].map(([, page = '']) => page) };
}

/** The words of a command line of one line, with the values of variables. */
export const wordsOf = (commandLine: string, variables: ReadonlyMap<string, string>): string[] =>
  [...commandLine.matchAll(word)].map(([, single, double, plain]) => {
    return single ?? (double ?? plain ?? '').replaceAll(/\$(\w+)/g, (_, name) => variables.get(name) ?? '');
  });
