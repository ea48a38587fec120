import type { Actor } from '../../../events/catalogue/fields/actor.ts';
import type { Place } from '../../../events/catalogue/fields/place.ts';
import { type Fact, type FactValue, nameWithRole, ownFacts, sharedFacts } from '../facts/facts.ts';
import { permalink } from '../http/links.ts';
import { directionOf } from '../words/direction.ts';
import { fieldLabel } from '../words/field-label.ts';
import { typeInWords } from '../words/value-in-words.ts';
import { dayInWords, momentInWords, whenInWords } from '../words/when-in-words.ts';
import type { Words } from '../words/words.ts';
import { wordsOf } from '../words/words-of.ts';
import { certaintyIn, languageOf, ownNamesOf, type ShownEntry, type SourceLink, sourceLinks } from './entry.ts';
import type { TimelineDocument } from './format.ts';
import { element, htmlFragment } from './xml.ts';

/** What the facts of an entry depend on. */
export type FactsContext = Pick<TimelineDocument, 'language' | 'range' | 'origin'> & {
  /** A zone that the reader knows of, and which days therefore do not name. */
  readonly zone?: string;
};

export const capitalized = (text: string) => `${text.charAt(0).toLocaleUpperCase()}${text.slice(1)}`;

/**
 * What the range says of an entry, if it says anything: without a range, and of what certainly happened in it, there is
 * nothing to say. It is not about how sure the newsroom is, which is the status.
 */
function rangeFacts(entry: ShownEntry, document: FactsContext, words: Words): Fact[] {
  if (certaintyIn(entry, document) !== 'possible') return [];
  return [{ label: words.requestedRange, values: [{ text: words.possiblyOutside }] }];
}

/** Actors or places besides those that other facts name. */
function besides(named: readonly (Actor | Place)[] = [], shown: ReadonlySet<string>): FactValue[] {
  const texts = named.filter(({ name }) => !shown.has(name)).map(nameWithRole);
  return [...new Set(texts)].map((text) => ({ text }));
}

const relationFacts = ({ related = [] }: ShownEntry, origin: string, words: Words): Fact[] =>
  related.map(({ rel, id }) => {
    const address = permalink(origin, id);
    return { label: words.relations[rel], values: [{ text: address, href: address }] };
  });

/** The facts of an entry with their labels, without those that it does not have. */
export function factsOf(entry: ShownEntry, document: FactsContext): Fact[] {
  const words = wordsOf(document.language);
  const { data, type, when } = entry;
  const own = ownFacts(entry, words);
  const shown = new Set(ownNamesOf(entry));
  const fact = (field: string, ...texts: string[]): Fact => ({
    label: fieldLabel(words, type, field, field) ?? field,
    values: texts.map((text) => ({ text })),
  });
  const facts: Fact[] = [
    fact('type', typeInWords(type, words)),
    fact('when', whenInWords(when, words, document.zone)),
    ...rangeFacts(entry, document, words),
    fact('status', words.statuses[data.status]),
    ...own,
    { ...fact('places'), values: besides(data.places, shown) },
    { ...fact('actors'), values: besides(data.actors, shown) },
    ...sharedFacts(entry, words),
    fact('stories', ...(data.stories ?? [])),
    ...relationFacts(entry, document.origin, words),
  ];
  return facts
    .filter(({ values }) => values.length > 0)
    .map(({ label, values }) => ({ label: capitalized(label), values }));
}

function correctionOf({ correction }: ShownEntry, words: Words): string | null {
  if (!correction) return null;
  return words.labelled(words.correctedOn(dayInWords(correction.at, words)), correction.note);
}

/** A source with the date of its report. */
export function dated({ href, text, publishedAt }: SourceLink, words: Words) {
  return { href, text: publishedAt === undefined ? text : `${text} (${momentInWords(publishedAt, words)})` };
}

/** A value as text, with its address. */
const textOf = ({ text, href }: FactValue) => (href === undefined || href === text ? text : `${text}, ${href}`);

/** The lines of a text that are not empty. */
export const paragraphsOf = (text = '') => text.split(/[\r\n]+/).filter((line) => line !== '');

/** The content of an entry below its headline as plain text, the note of a correction first. */
export function contentText(entry: ShownEntry, document: TimelineDocument): string {
  const words = wordsOf(document.language);
  const correction = correctionOf(entry, words);
  const { summary } = entry.data;
  return [
    ...(correction ? [correction, ''] : []),
    ...(summary ? [summary, ''] : []),
    ...factsOf(entry, document).map(({ label, values }) => words.labelled(label, words.joined(values.map(textOf)))),
    ...sourceLinks(entry).map((source) => words.labelled(words.source(1), textOf(dated(source, words)))),
  ].join('\n');
}

/** The attributes of HTML in a language, if it is another one than that of the words around it. */
const inLanguage = (language: string, words: Words): Record<string, string> =>
  language === words.language ? {} : { lang: language, dir: directionOf(language) };

/** The same as HTML. Everything that a newsroom wrote is escaped. */
export function contentHtml(entry: ShownEntry, document: TimelineDocument): string {
  const words = wordsOf(document.language);
  const correction = correctionOf(entry, words);
  const { summary } = entry.data;
  const language = languageOf(entry);
  const { originalLanguage = language, hasTranslatedSummary } = entry;
  const ofSummary = inLanguage(hasTranslatedSummary ? language : originalLanguage, words);
  // Values are of the newsroom or of the catalogue, or both.
  const ofValues = { dir: directionOf(originalLanguage) === 'rtl' ? 'auto' : null };
  const isForeign = [language, originalLanguage].some((one) => one !== words.language);
  const ofWords = { lang: isForeign ? words.language : null, dir: isForeign ? directionOf(words.language) : null };
  const facts = factsOf(entry, document).flatMap(({ label, values }) => [
    element('dt', {}, label),
    ...values.map(({ text, href }) =>
      element('dd', ofValues, href === undefined ? text : element('a', { href }, text)),
    ),
  ]);
  const links = sourceLinks(entry).map((source) => {
    const { text, href } = dated(source, words);
    return element('dd', ofValues, element('a', { href }, text));
  });
  return htmlFragment([
    ...(correction ? [element('p', ofValues, element('strong', {}, correction))] : []),
    ...paragraphsOf(summary).map((text) => element('p', ofSummary, text)),
    element('dl', ofWords, ...facts, element('dt', {}, words.source(links.length)), ...links),
  ]);
}
