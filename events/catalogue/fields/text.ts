import * as z from 'zod';

/** Any character but separators, control characters and format characters, such as a zero-width space. */
const visible = /[^\p{Z}\p{Cc}\p{Cf}]/u;

/** An approximation for the reference, since tools disagree on Unicode classes (JSON Schema 2020-12, 6.4). */
const portablePattern = '\\S';

const lengthOf = (text: string) => [...text].length;

/** Text of at most `maximumLength` characters (code points) that is not blank. It is stored as sent. */
export function textOf(maximumLength: number) {
  return z
    .string()
    .refine((text) => visible.test(text), { error: 'Must not be blank.', abort: true })
    .refine((text) => text.length <= maximumLength || lengthOf(text) <= maximumLength, {
      error: `Must have at most ${maximumLength} characters.`,
    })
    .meta({ minLength: 1, maxLength: maximumLength, pattern: portablePattern });
}
