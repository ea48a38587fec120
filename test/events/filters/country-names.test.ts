import { expect, test } from '@jest/globals';
import { identifiersFor } from '../../../events/filters/country-names.ts';
import { identifierOfText } from '../../../events/filters/identifier.ts';

test.each([
  ['Armenia', ['armenia', 'AM']],
  ['ARMÉNIE', ['arménie', 'AM']],
  ['Russia', ['russia', 'RU']],
  ['United Kingdom', ['united-kingdom', 'GB']],
  ['European Union', ['european-union', 'EU']],
  ['AM', ['AM']],
  ['Minsk Group', ['minsk-group']],
])('%s is asked for as %j', (text, identifiers) => {
  expect(identifiersFor(identifierOfText(text))).toEqual(identifiers);
});
