import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const root = new URL('../../', import.meta.url);
const guide = readFileSync(new URL('docs/operating.md', root), 'utf8');

/** The rows of the first table in a section. A blank line would end the table. */
function tableIn(heading: string): string[] {
  const section = guide.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return /(?:^\|.*\n)+/m.exec(section)?.[0].trim().split('\n') ?? [];
}

const namesIn = (row: string) => [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name);

describe('The guide for operators', () => {
  test('lists each metric that functions publish, and no other', () => {
    const code = globSync('functions/**/*.ts', { cwd: root }).map((path) => readFileSync(new URL(path, root), 'utf8'));
    const published = code.flatMap((text) =>
      [...text.matchAll(/\b(?:count|milliseconds)\((?:'(\w+)'|`(\w+)\$)/g)].map(([, name, prefix]) =>
        name === undefined ? `${prefix}…` : name,
      ),
    );
    const listed = tableIn('Logs and metrics').flatMap(namesIn);
    expect(listed.toSorted()).toEqual([...new Set(published)].toSorted());
  });
});
