import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { guidesWithExamples, withExamples } from '../../docs/example-code.ts';

const docs = new URL('../../docs/', import.meta.url);
const guideOf = (name: string) => readFileSync(new URL(name, docs), 'utf8');

test('the guides that show whole examples are those that are written', () => {
  const guides = readdirSync(docs).filter((name) => name.endsWith('.md'));
  expect(guides.filter((name) => guideOf(name).includes('<!-- code: '))).toEqual(guidesWithExamples);
});

test.each(guidesWithExamples)('%s shows the examples as they are; if this fails, run `npm run guides`', (name) => {
  expect(guideOf(name)).toBe(withExamples(guideOf(name)));
  expect(guideOf(name)).toContain(readFileSync(new URL('../examples/google-sheet/Code.gs', docs), 'utf8'));
  expect(guideOf(name)).toContain(readFileSync(new URL('../examples/wordpress/timeline.php', docs), 'utf8'));
});
