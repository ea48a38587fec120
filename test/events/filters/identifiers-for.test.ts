import { describe, expect, test } from '@jest/globals';
import { identifiersFor } from '../../../events/filters/identifiers-for.ts';

describe('an actor is asked for', () => {
  test.each([
    ['Armenia', ['armenia', 'AM']],
    ['ARMÉNIE', ['arménie', 'AM']],
    ['armenie', ['armenie', 'AM']],
    ['Russia', ['russia', 'RU']],
    ['Russian Federation', ['russian-federation', 'RU']],
    ['Turkey', ['turkey', 'TR']],
    ['Türkiye', ['türkiye', 'TR']],
    ['Ivory Coast', ['ivory-coast', 'CI']],
    ['USA', ['usa', 'US']],
    ['UK', ['UK', 'GB']],
    ['United Kingdom', ['united-kingdom', 'GB']],
    ['European Union', ['european-union', 'EU']],
    ['Congo', ['congo', 'CG', 'CD']],
    ['Georgia', ['georgia', 'GE']],
    ['am', ['AM']],
    ['q227', ['Q227']],
    ['Minsk Group', ['minsk-group']],
    ['Lachin', ['lachin']],
    ['constructor', ['constructor']],
    ['__proto__', ['proto']],
  ])('as %s: by %j', async (text, identifiers) => {
    expect(await identifiersFor('actors', [text])).toEqual(identifiers);
  });
});

describe('a place is asked for', () => {
  test.each([
    ['Lachin', ['lachin', 'AZ-LAC']],
    ['Laçın', ['laçın', 'AZ-LAC']],
    ['LACHIN DISTRICT', ['lachin-district', 'AZ-LAC']],
    ['Kalbajar', ['kalbajar', 'AZ-KAL']],
    ['Kəlbəcər', ['kəlbəcər', 'AZ-KAL']],
    ['Agdam', ['agdam', 'AZ-AGM']],
    ['Aghdam', ['aghdam', 'AZ-AGM']],
    ['Shusha', ['shusha', 'AZ-SUS']],
    ['Fuzuli', ['fuzuli', 'AZ-FUZ']],
    ['Nagorno-Karabakh', ['nagorno-karabakh']],
    ['Russia', ['russia', 'RU']],
    ['Scotland', ['scotland', 'GB-SCT']],
    ['Bayern', ['bayern', 'DE-BY']],
    ['Bavaria', ['bavaria', 'DE-BY']],
    ['Québec', ['québec', 'CA-QC']],
    ['Ile de France', ['ile-de-france', 'FR-IDF']],
    ['Kharkiv', ['kharkiv', 'UA-63']],
    ['Donetsk Oblast', ['donetsk-oblast', 'UA-14']],
    ['Georgia', ['georgia', 'GE', 'US-GA']],
    ['Republic of Georgia', ['republic-of-georgia', 'GE']],
    ['Minsk', ['minsk', 'BY-HM']],
    ['Minsk Region', ['minsk-region', 'BY-MI']],
    ['az-lac', ['AZ-LAC']],
  ])('as %s: by %j', async (text, identifiers) => {
    expect(await identifiersFor('places', [text])).toEqual(identifiers);
  });
  test('by the codes of several values, each once', async () => {
    expect(await identifiersFor('places', ['Laçın', 'AZ-LAC', 'Lachin'])).toEqual(['laçın', 'AZ-LAC', 'lachin']);
  });
});
