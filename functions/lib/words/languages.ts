/** The languages that answers are written in, the default first. Each has a catalogue of words. */
export const languages = ['en', 'fr'] as const;

export type Language = (typeof languages)[number];

/** The primary language of a tag, in lower case. @example primaryLanguageOf('fr-CA') // 'fr' */
export const primaryLanguageOf = (tag: string): string => (tag.split('-')[0] as string).toLowerCase();

/** The language with words for a text whose language has this tag (BCP 47); undefined if there are none. */
export function languageIn(tag: string): Language | undefined {
  const primary = primaryLanguageOf(tag);
  return languages.find((language) => language === primary);
}
