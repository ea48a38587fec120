import * as z from 'zod';

/** Anything but separators, controls and characters that only shape others, such as a zero-width space. */
const visible = /[^\p{Z}\p{Cc}\p{Cf}]/u;

/** As near as a pattern comes that is read alike everywhere: classes of Unicode are not (JSON Schema 2020-12, 6.4). */
const portablePattern = '\\S';

const lengthOf = (text: string) => [...text].length;

/** Text of up to so many characters (code points), not blank. It is kept as sent. */
export function textOf(maximumLength: number) {
  return z
    .string()
    .refine((text) => visible.test(text), { error: 'Must not be blank.', abort: true })
    .refine((text) => text.length <= maximumLength || lengthOf(text) <= maximumLength, {
      error: `Must have at most ${maximumLength} characters.`,
    })
    .meta({ minLength: 1, maxLength: maximumLength, pattern: portablePattern });
}
