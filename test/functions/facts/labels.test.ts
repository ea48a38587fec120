import { describe, expect, test } from '@jest/globals';
import { catalogue } from '../../../events/catalogue/index.ts';
import { type Field, ownFieldsOf, sharedFields } from '../../../functions/lib/facts/field-shape.ts';
import { knownLabel } from '../../../functions/lib/words/field-label.ts';
import { languages } from '../../../functions/lib/words/languages.ts';
import { wordsOf } from '../../../functions/lib/words/words-of.ts';

/** The paths of the fields that have a label: a group that becomes several facts has none of its own. */
function labelledPaths(fields: readonly Field[], above = ''): string[] {
  return fields.flatMap(({ name, shape }) => {
    const path = `${above}${name}`;
    const isList = shape.kind === 'list';
    const inner = isList ? shape.item : shape;
    if (inner.kind !== 'group') return [path];
    const isLink = inner.fields.some((field) => field.shape.kind === 'address');
    const below = inner.fields.filter(({ shape: { kind } }) => kind !== 'address');
    return [...(isList || isLink ? [path] : []), ...labelledPaths(below, `${path}.`)];
  });
}

describe.each(languages)('The words of the language %s', (language) => {
  const words = wordsOf(language);

  test.each(Object.keys(catalogue))('name the type %s and all its fields', (type) => {
    expect(Object.keys(words.types)).toContain(type);
    const paths = labelledPaths([...sharedFields, ...ownFieldsOf(type)]);
    expect(paths.filter((path) => knownLabel(words, type, path) === undefined)).toEqual([]);
  });

  test('name nothing that no event has', () => {
    const types = Object.keys(catalogue);
    expect(Object.keys(words.types).filter((type) => !types.includes(type))).toEqual([]);
    const used = new Set(['type', 'when', 'status', 'actors', 'places', 'stories']);
    for (const type of types) {
      for (const path of labelledPaths([...sharedFields, ...ownFieldsOf(type)])) {
        const name = path.slice(path.lastIndexOf('.') + 1);
        for (const key of [`${type}/${path}`, path, name]) used.add(key);
      }
    }
    expect(Object.keys(words.fields).filter((key) => !used.has(key))).toEqual([]);
  });
});
