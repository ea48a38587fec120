import type { Fact } from '../../facts/facts.ts';
import { type ShownEntry, sourceLinks } from '../../formats/entry.ts';
import { capitalized, dated, factsOf } from '../../formats/entry-content.ts';
import type { PageContext } from '../document/page.ts';

/** What a revision changed, in words. */
export interface Difference {
  readonly label: string;
  /** Null if there was nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/** All that a page says of an entry, as labelled texts. */
function linesOf(entry: ShownEntry, { words, pageWords, origin, zone, language }: PageContext): Map<string, string> {
  const { headline, summary, topics = [] } = entry.data;
  const range = { from: null, to: null, tz: null, match: 'overlap' } as const;
  const text = ({ values }: Fact) => words.joined(values.map((value) => value.text));
  const sources = sourceLinks(entry).map((source) => dated(source, words).text);
  const lines: [string, string][] = [
    [pageWords.headline, headline],
    [pageWords.summary, summary ?? ''],
    ...factsOf(entry, { language, range, origin, zone }).map((fact): [string, string] => [fact.label, text(fact)]),
    [pageWords.topics, topics.join(', ')],
    [capitalized(words.source(sources.length)), words.listed(sources)],
  ];
  return new Map(lines.filter(([, value]) => value !== ''));
}

/** In what two revisions of an event differ, as a reader sees it. */
export function differencesBetween(before: ShownEntry, after: ShownEntry, context: PageContext): Difference[] {
  const [old, current] = [linesOf(before, context), linesOf(after, context)];
  return [...new Set([...old.keys(), ...current.keys()])]
    .map((label) => ({ label, before: old.get(label) ?? null, after: current.get(label) ?? null }))
    .filter((line) => line.before !== line.after);
}
