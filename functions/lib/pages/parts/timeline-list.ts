import type { ShownEntry } from '../../formats/entry.ts';
import { capitalized } from '../../formats/entry-content.ts';
import { type Content, element, type Markup } from '../../html/element.ts';
import { firstDayOf, lastDayOf, sidesOf } from '../../words/local-date.ts';
import { momentInWords } from '../../words/when-in-words.ts';
import type { PageContext } from '../document/page.ts';
import { entryItem, type ListContext, shownWhen } from './entry-item.ts';

interface Group {
  /**
   * A year; a decade such as `199X`, or a century such as `19XX`, if the year is not known. Null for what has no start.
   */
  readonly year: string | null;
  /** `YYYY-MM`; null if the month is not known. */
  readonly month: string | null;
  readonly entries: ShownEntry[];
}

/** The year and the month in which an entry is listed: those in which it began. */
function placeOf(entry: ShownEntry, context: PageContext): Pick<Group, 'year' | 'month'> {
  const { start } = sidesOf(shownWhen(entry, context));
  const [first, last] = [firstDayOf(start), lastDayOf(start)];
  if (first === null || last === null) return { year: null, month: null };
  const [year, decade, century] = [
    first.slice(0, 'YYYY'.length),
    first.slice(0, 'YYY'.length),
    first.slice(0, 'YY'.length),
  ];
  if (!last.startsWith(year) && last.startsWith(decade)) return { year: `${decade}X`, month: null };
  if (!last.startsWith(year) && last.startsWith(century)) return { year: `${century}XX`, month: null };
  const month = first.slice(0, 'YYYY-MM'.length);
  return { year, month: last.startsWith(month) ? month : null };
}

/** @example yearInWords('0476', …) // '476' */
const yearInWords = (year: string, { words }: PageContext) =>
  year.endsWith('X') ? capitalized(momentInWords(year, words)) : String(Number(year));

/** Entries that follow each other and are of the same month. */
function groupsOf(entries: readonly ShownEntry[], context: PageContext): Group[] {
  const groups: Group[] = [];
  for (const entry of entries) {
    const place = placeOf(entry, context);
    const last = groups.at(-1);
    if (last && last.year === place.year && last.month === place.month) last.entries.push(entry);
    else groups.push({ ...place, entries: [entry] });
  }
  return groups;
}

/** The entries of a timeline in their order, by year and month. @param level of the headings of years */
export function timelineList(
  entries: readonly ShownEntry[],
  view: ListContext,
  context: PageContext,
  level: 2 | 3 = 2,
): Content {
  const { words, pageWords } = context;
  let year: string | null | undefined;
  return groupsOf(entries, context).map((group) => {
    const parts: Markup[] = [];
    if (group.year !== year)
      parts.push(element(`h${level}`, {}, group.year === null ? pageWords.noStart : yearInWords(group.year, context)));
    year = group.year;
    if (group.month !== null) parts.push(element(`h${level + 1}.month`, {}, momentInWords(group.month, words)));
    const items = group.entries.map((entry) => entryItem(entry, view, context, level + (group.month === null ? 1 : 2)));
    return [...parts, element('ol.entries', {}, items)];
  });
}
