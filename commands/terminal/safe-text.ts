/**
 * What a terminal would obey or hide instead of showing: control characters, which begin escape sequences, marks of
 * direction and other characters without a shape, separators of lines, and halves of characters. Joiners (U+200C,
 * U+200D) belong to words and emoji.
 */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu;

const escaped = (character: string) =>
  Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');

/** A text from elsewhere in one line of a terminal: what a terminal would obey is shown as `\u001b`. */
export const safeText = (text: string): string => text.replaceAll(/\s*[\r\n\t]+\s*/g, ' ').replaceAll(unsafe, escaped);

/** JSON that says the same with all such characters escaped. It has no line breaks between its members. */
export const safeJson = (value: unknown): string => JSON.stringify(value).replaceAll(unsafe, escaped);

/** A text of many lines for a terminal. */
export const safeLines = (text: string): string =>
  text.replaceAll(unsafe, (character) => (character === '\n' || character === '\t' ? character : escaped(character)));
