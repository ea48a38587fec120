import { actorsOf, namesOf, placesOf, type ShownEntry, sourceLinks } from './entry.ts';
import { whenInWords } from './when-in-words.ts';
import { element, htmlFragment } from './xml.ts';

const certainties = {
  certain: 'certain',
  possible: 'possible: it may have happened outside of the range asked for',
} as const;

/** The facts of an entry with their labels, without those that it does not have. */
function factsOf(entry: ShownEntry): [string, string][] {
  const facts: [string, string][] = [
    ['When', whenInWords(entry.when)],
    ['Certainty', certainties[entry.certainty]],
    ['Status', entry.data.status],
    ['Places', namesOf(placesOf(entry)).join(', ')],
    ['Actors', namesOf(actorsOf(entry)).join(', ')],
  ];
  return facts.filter(([, value]) => value !== '');
}

const correctionOf = ({ correction }: ShownEntry) =>
  correction ? `Corrected on ${correction.at.slice(0, 10)}: ${correction.note}` : null;

/** The content of an entry below its headline as plain text, the note of a correction first. */
export function contentText(entry: ShownEntry): string {
  const correction = correctionOf(entry);
  const { summary } = entry.data;
  return [
    ...(correction ? [correction, ''] : []),
    ...(summary ? [summary, ''] : []),
    ...factsOf(entry).map(([label, value]) => `${label}: ${value}`),
    ...sourceLinks(entry).map(({ text, href }) => `Source: ${text}, ${href}`),
  ].join('\n');
}

/** The same as HTML. Everything that a newsroom wrote is escaped. */
export function contentHtml(entry: ShownEntry): string {
  const correction = correctionOf(entry);
  const { summary } = entry.data;
  const facts = factsOf(entry).flatMap(([label, value]) => [element('dt', {}, label), element('dd', {}, value)]);
  const links = sourceLinks(entry).map(({ href, text }) => element('li', {}, element('a', { href }, text)));
  return htmlFragment([
    ...(correction ? [element('p', {}, element('strong', {}, correction))] : []),
    ...(summary ? [element('p', {}, summary)] : []),
    element('dl', {}, ...facts),
    element('ul', {}, ...links),
  ]);
}
