import * as z from 'zod';
import { maximumSearchLength, maximumSearchWords } from '../input/limits.ts';
import { namedIn } from './facets.ts';
import { wordsIn } from './words.ts';

const control = /\p{Cc}/u;
/** Scripts that do not write spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;

/** A search for words: all of them must be found. */
export type SearchWords = readonly string[];

/** `q` in queries: the words that are searched for. */
export const searchSchema = z
  .string()
  .transform((text, context): SearchWords => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    // One character has at most two code units. A longer text is not looked at.
    if (text.length > 2 * maximumSearchLength || [...text].length > maximumSearchLength) {
      return refuse(`Must have at most ${maximumSearchLength} characters.`);
    }
    if (control.test(text)) return refuse('Must not have a control character.');
    const words = [...new Set(wordsIn(text))];
    if (words.length === 0) return refuse('Must have a word: it has no letter and no digit.');
    if (words.length > maximumSearchWords) return refuse(`Must have at most ${maximumSearchWords} words.`);
    return words;
  })
  .optional()
  .meta({
    description:
      'Words to find in the headline, the summary, their translations, and the names of actors and places. Each must begin a word there, without regard to letter case and diacritics. Needs a `story` or a range of dates.',
    type: 'string',
    maxLength: maximumSearchLength,
    examples: ['lachin corridor'],
  });

interface SearchedEvent {
  readonly type: string;
  readonly data: {
    readonly headline?: unknown;
    readonly summary?: unknown;
    readonly translations?: unknown;
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const textsIn = (value: unknown): string[] => {
  if (!isObject(value)) return [];
  const { headline, summary } = value as SearchedEvent['data'];
  return [headline, summary].filter((text) => typeof text === 'string');
};

/** The texts of an event that are searched. */
function searchedTexts(event: SearchedEvent): string[] {
  const { translations } = event.data;
  return [
    ...textsIn(event.data),
    ...(isObject(translations) ? Object.values(translations).flatMap(textsIn) : []),
    ...namedIn(event).map(({ name }) => name),
  ];
}

/**
 * Whether an event has all words of a search. A word of a script without spaces may be anywhere in the text, any other
 * begins a word.
 */
export function hasWords(words: SearchWords, event: SearchedEvent): boolean {
  const text = ` ${searchedTexts(event).flatMap(wordsIn).join(' ')}`;
  return words.every((word) => text.includes(unspaced.test(word) ? word : ` ${word}`));
}
