import * as z from 'zod';
import { maximumUrlLength } from '../../input/limits.ts';

// URL.parse alone accepts addresses that are not valid URLs: blanks around them, `http:host`, backslashes.
const withoutBlanks = /^https?:\/\/[^\s\p{Cc}\\]+$/iu;

/** A scheme in either case, without a flag: JSON Schema patterns have none (JSON Schema 2020-12, 6.4). */
const schemes = {
  'http or https': { protocols: ['http:', 'https:'], pattern: '^[hH][tT][tT][pP][sS]?://' },
  https: { protocols: ['https:'], pattern: '^[hH][tT][tT][pP][sS]://' },
} as const;

function isAddress(address: string, protocols: readonly string[]): boolean {
  const url = withoutBlanks.test(address) ? URL.parse(address) : null;
  return url !== null && protocols.includes(url.protocol) && url.username === '' && url.password === '';
}

/** An address on the web. */
export function webAddressOf(accepted: keyof typeof schemes) {
  const { protocols, pattern } = schemes[accepted];
  const form = `an ${accepted} URL`;
  return z
    .string()
    .max(maximumUrlLength, { error: `Must have at most ${maximumUrlLength} characters.`, abort: true })
    .refine((address) => isAddress(address, protocols), {
      error: `Must be ${form}, without user name and password.`,
    })
    .meta({ description: `An${form.slice(2)} without user name and password.`, format: 'uri', pattern });
}
