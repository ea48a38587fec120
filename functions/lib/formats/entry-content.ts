import { dayInWords, whenInWords } from '../words/when-in-words.ts';
import type { Words } from '../words/words.ts';
import { wordsOf } from '../words/words-of.ts';
import { actorsOf, certaintyIn, namesOf, placesOf, type ShownEntry, sourceLinks } from './entry.ts';
import type { TimelineDocument } from './format.ts';
import { element, htmlFragment } from './xml.ts';

/** A fact of an entry: a label, and one value or several. */
interface Fact {
  readonly label: string;
  readonly values: readonly string[];
}

const capitalized = (text: string) => `${text.charAt(0).toLocaleUpperCase()}${text.slice(1)}`;

/**
 * What the range says of an entry, if it says anything: without a range, and of what certainly happened in it, there is nothing to
 * say. It is not about how sure the newsroom is, which is the status.
 */
function rangeFacts(entry: ShownEntry, document: TimelineDocument, words: Words): Fact[] {
  if (certaintyIn(entry, document) !== 'possible') return [];
  return [{ label: words.requestedRange, values: [words.possiblyOutside] }];
}

/** The facts of an entry with their labels, without those that it does not have. */
function factsOf(entry: ShownEntry, document: TimelineDocument): Fact[] {
  const words = wordsOf(document.language);
  const facts: Fact[] = [
    { label: words.fields.when as string, values: [whenInWords(entry.when, words)] },
    ...rangeFacts(entry, document, words),
    { label: words.fields.status as string, values: [words.statuses[entry.data.status]] },
    { label: words.fields.places as string, values: namesOf(placesOf(entry)) },
    { label: words.fields.actors as string, values: namesOf(actorsOf(entry)) },
  ];
  return facts
    .filter(({ values }) => values.length > 0)
    .map(({ label, values }) => ({ label: capitalized(label), values }));
}

function correctionOf({ correction }: ShownEntry, words: Words): string | null {
  if (!correction) return null;
  return words.labelled(words.correctedOn(dayInWords(correction.at, words)), correction.note);
}

/** The lines of a text that are not empty. */
const paragraphsOf = (text = '') => text.split(/[\r\n]+/).filter((line) => line !== '');

/** The content of an entry below its headline as plain text, the note of a correction first. */
export function contentText(entry: ShownEntry, document: TimelineDocument): string {
  const words = wordsOf(document.language);
  const correction = correctionOf(entry, words);
  const { summary } = entry.data;
  return [
    ...(correction ? [correction, ''] : []),
    ...(summary ? [summary, ''] : []),
    ...factsOf(entry, document).map(({ label, values }) => words.labelled(label, words.joined(values))),
    ...sourceLinks(entry).map(({ text, href }) => words.labelled(words.source(1), `${text}, ${href}`)),
  ].join('\n');
}

/** The same as HTML. Everything that a newsroom wrote is escaped. */
export function contentHtml(entry: ShownEntry, document: TimelineDocument): string {
  const correction = correctionOf(entry, wordsOf(document.language));
  const { summary } = entry.data;
  const facts = factsOf(entry, document).flatMap(({ label, values }) => [
    element('dt', {}, label),
    ...values.map((value) => element('dd', {}, value)),
  ]);
  const links = sourceLinks(entry).map(({ href, text }) => element('li', {}, element('a', { href }, text)));
  return htmlFragment([
    ...(correction ? [element('p', {}, element('strong', {}, correction))] : []),
    ...paragraphsOf(summary).map((text) => element('p', {}, text)),
    element('dl', {}, ...facts),
    element('ul', {}, ...links),
  ]);
}
