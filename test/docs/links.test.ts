import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');
const patterns = ['*.md', 'docs/*.md', 'docs/decisions/*.md', 'local/*.md'];
const pages = globSync(patterns, { cwd: root }).sort();

const textOf = (page: string) => readFile(join(root, page), 'utf8');
const withoutBlocks = (text: string) => text.replace(/^( *)```[\s\S]*?^\1```$/gm, '');
const withoutCode = (text: string) => withoutBlocks(text).replace(/`[^`\n]*`/g, '');

/** Headings of a page by the ids that GitHub gives them. */
async function anchorsOf(page: string): Promise<string[]> {
  const headings = [...withoutBlocks(await textOf(page)).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Paths of the project that a text names in code, but for those with a placeholder in them. */
const pathsIn = (text: string) =>
  [
    ...withoutBlocks(text).matchAll(
      /`((?:events|functions|infra|local|openapi|commands|test|bench|examples|docs)\/[^`\s]*)`/g,
    ),
  ]
    .map(([, path = '']) => path)
    .filter((path) => !/[<>*…{]/.test(path));

const linksIn = (text: string) => [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
const isOutside = (target: string) => /^https?:/.test(target);

/** Whether a link of a page leads to a file that is there, and to a heading in it. */
async function isDead(page: string, target: string): Promise<boolean> {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, file))) return true;
  return anchor !== undefined && !(await anchorsOf(file)).includes(anchor);
}

describe.each(pages)('%s', (page) => {
  test('links only to files and headings that exist', async () => {
    const targets = linksIn(await textOf(page)).filter((target) => !isOutside(target));
    const dead = await Promise.all(targets.map(async (target) => ((await isDead(page, target)) ? [target] : [])));
    expect(dead.flat()).toEqual([]);
  });

  test('names only files of the project that exist', async () => {
    // A decision tells of the day on which it was made.
    const paths = page.startsWith('docs/decisions/') ? [] : pathsIn(await textOf(page));
    // From the root, or from the folder of the page.
    const isThere = (path: string) => [root, join(root, dirname(page))].some((from) => existsSync(join(from, path)));
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });

  test('has one title, and no HTML but comments', async () => {
    const text = await textOf(page);
    expect(withoutBlocks(text).match(/^# .*$/gm)).toHaveLength(1);
    expect(
      withoutCode(text)
        .match(/<\/?[a-z][^>\n]*>/g)
        ?.filter((tag) => !/^<https?:/.test(tag)) ?? [],
    ).toEqual([]);
  });
});

test('the table of contents lists every page of docs', async () => {
  const listed = linksIn(await textOf('docs/README.md'));
  const own = pages
    .filter((page) => dirname(page) === 'docs' && page !== 'docs/README.md')
    .map((page) => basename(page));
  expect(own.filter((page) => !listed.includes(page))).toEqual([]);
});

test('the index of decisions lists each record once, by its number and title', async () => {
  const records = pages.filter((page) => /^docs\/decisions\/\d{4}-/.test(page));
  const expected = await Promise.all(
    records.map(async (page) => {
      const [, title = ''] = /^# (.*)$/m.exec(await textOf(page)) ?? [];
      return `- [${title}](${basename(page)})`;
    }),
  );
  const index = await textOf('docs/decisions/README.md');
  const lines = [...index.matchAll(/^- \[\d+\. [^\]]+\]\([^)]+\)/gm)].map(([line]) => line);
  expect(lines.sort()).toEqual(expected.sort());
  const numbers = records.map((page) => Number(basename(page).slice(0, 4)));
  expect(numbers).toEqual(records.map((_, index) => index + 1));
});
