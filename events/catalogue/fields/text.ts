import * as z from 'zod';

/** Anything but separators, controls and characters that only shape others, such as a zero-width space. */
const visible = /[^\p{Z}\p{Cc}\p{Cf}]/u;

const lengthOf = (text: string) => [...text].length;

/** Text of up to so many characters (code points), not blank. It is kept as sent. */
export function textOf(maximumLength: number) {
  return z
    .string()
    .refine((text) => visible.test(text), { error: 'Must not be blank.', abort: true })
    .refine((text) => text.length <= maximumLength || lengthOf(text) <= maximumLength, {
      error: `Must have at most ${maximumLength} characters.`,
    })
    .meta({ minLength: 1, maxLength: maximumLength, pattern: visible.source });
}
