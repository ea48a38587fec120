import { expect, test } from '@jest/globals';
import { filterLists, filterParameters, filterTable } from '../../../events/filters/filter-table.ts';

/** The attributes that each stored card has besides. */
const ofCards = ['pk', 'sk', 'v', 'r', 'n', 'at', 'x', 'e', 'until'];

test('no two filters have the same parameter, and none stores its values in an attribute that a card has for something else', () => {
  const attributes = [...ofCards, ...filterLists.map((list) => filterTable[list].attribute)];
  expect([...new Set(filterParameters)]).toEqual(filterParameters);
  expect([...new Set(attributes)]).toEqual(attributes);
});
