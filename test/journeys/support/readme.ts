import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** What the README tells to type, and what it says is answered. */
export interface Example {
  readonly command: string;
  readonly answer: string;
}

const usesPackages = (text: string) => /^np[mx] /m.test(text);

/** All commands of a guide in docs/, block by block, in their order. */
export async function allGuideCommands(name: string): Promise<string[]> {
  const guide = await readFile(join(root, 'docs', name), 'utf8');
  return [...guide.matchAll(fence)]
    .filter(([, language]) => language === 'sh')
    .map(([, , text = '']) => text.trimEnd());
}

/** The commands of a guide that call the API, without those of npm and npx. */
export async function guideCommands(name: string): Promise<string[]> {
  return (await allGuideCommands(name)).filter((text) => !usesPackages(text));
}

/**
 * Every block of the README that calls the API, each with the block right below it; and the answers without a command.
 */
export async function readmeExamples(): Promise<{ examples: Example[]; otherAnswers: string[] }> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(fence)].map(({ 0: whole, 1: language, 2: text = '', index }) => ({
    ...{ language, text: text.trimEnd(), start: index },
    end: index + whole.length,
  }));
  const isCall = ({ language, text }: { language: string | undefined; text: string }) =>
    language === 'sh' && /^\s*curl /m.test(text);
  const examples: Example[] = [];
  const otherAnswers: string[] = [];
  blocks.forEach((block, index) => {
    const before = blocks[index - 1];
    const belongs = before !== undefined && isCall(before) && readme.slice(before.end, block.start).trim() === '';
    if (belongs) examples.push({ command: before.text, answer: block.text });
    else if (block.language === 'json') otherAnswers.push(block.text);
  });
  const calls = blocks.filter(isCall).length;
  if (calls !== examples.length) throw new Error(`Of ${calls} calls in the README ${examples.length} show an answer.`);
  return { examples, otherAnswers };
}
