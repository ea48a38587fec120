const separators = /[^\p{L}\p{M}\p{N}]+/u;

/** Accents, and the points of Arabic and Hebrew. Vowel signs of other scripts are letters of a word. */
const diacritics = /(?=\p{M})[\p{Script=Inherited}\p{Script=Hebrew}]/gu;

/** The words of a text without letter case and diacritics. The Turkish dotless i is an i without a diacritic. */
export const wordsIn = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replace(diacritics, '')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .normalize('NFC')
    .split(separators)
    .filter(Boolean);
