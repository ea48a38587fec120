import cldr from 'cldr-subdivisions-full/subdivisions/en/en.json' with { type: 'json' };
import { iso31662 } from 'iso-3166';
import { codesByName, type NamedCode } from './codes-by-name.ts';

const countryLetters = 2;

/** Unicode writes codes in lower case and without a hyphen. */
const isoCodeOf = (code: string) => `${code.slice(0, countryLetters)}-${code.slice(countryLetters)}`.toUpperCase();

/** The names in English as Unicode has them (CLDR). */
const unicodeNames = (): NamedCode[] =>
  Object.entries(cldr.subdivisions.localeDisplayNames.subdivisions).map(([code, name]) => [name, isoCodeOf(code)]);

/** The names by ISO 3166-2, in the languages of the countries. */
const isoNames = (): NamedCode[] => iso31662.map(({ name, code }) => [name, code]);

/** Names by which English news calls subdivisions whose names in CLDR and ISO 3166-2 are others. */
const namesInNews: readonly NamedCode[] = [
  ['Chechnya', 'RU-CE'],
  ['Buryatia', 'RU-BU'],
  ['Chuvashia', 'RU-CU'],
  ['Cherkasy', 'UA-71'],
  ['Chernihiv', 'UA-74'],
  ['Chernivtsi', 'UA-77'],
  ['Dnipropetrovsk', 'UA-12'],
  ['Donetsk', 'UA-14'],
  ['Ivano-Frankivsk', 'UA-26'],
  ['Kharkiv', 'UA-63'],
  ['Kherson', 'UA-65'],
  ['Khmelnytskyi', 'UA-68'],
  ['Kirovohrad', 'UA-35'],
  ['Luhansk', 'UA-09'],
  ['Lviv', 'UA-46'],
  ['Mykolaiv', 'UA-48'],
  ['Odesa', 'UA-51'],
  ['Odessa', 'UA-51'],
  ['Poltava', 'UA-53'],
  ['Rivne', 'UA-56'],
  ['Sumy', 'UA-59'],
  ['Ternopil', 'UA-61'],
  ['Vinnytsia', 'UA-05'],
  ['Volyn', 'UA-07'],
  ['Zakarpattia', 'UA-21'],
  ['Zaporizhzhia', 'UA-23'],
  ['Zhytomyr', 'UA-18'],
];

/** Words that the names of subdivisions have or lack: Lachin is also Lachin District. */
const kindWords = [
  ...['autonomous', 'canton', 'county', 'department', 'district', 'governorate', 'krai', 'municipality', 'oblast'],
  ...['of', 'okrug', 'parish', 'prefecture', 'province', 'raion', 'region', 'state', 'territory', 'the', 'voivodeship'],
];

/** The codes of ISO 3166-2 by the names of subdivisions. This module takes some 60 ms to load. */
export const subdivisionCodes = codesByName([...unicodeNames(), ...isoNames(), ...namesInNews], kindWords);
