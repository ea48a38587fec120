/** Scripts that are written from right to left (ISO 15924, Unicode Standard Annex #9). */
const rightToLeft: ReadonlySet<string> = new Set([
  'Adlm',
  'Arab',
  'Hebr',
  'Mand',
  'Nkoo',
  'Rohg',
  'Samr',
  'Syrc',
  'Thaa',
  'Yezi',
]);

/** The direction of text in a language (BCP 47), by its script. @example directionOf('az-Arab') // 'rtl' */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  const { script = '' } = new Intl.Locale(tag).maximize();
  return rightToLeft.has(script) ? 'rtl' : 'ltr';
}
