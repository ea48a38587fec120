import type { Range } from '../../../../events/dates/range.ts';
import type { CorrectionLine } from '../../../../events/timeline/correction.ts';
import { figureFacts } from '../../facts/facts.ts';
import { certaintyIn, languageOf, type ShownEntry, sourceLinks } from '../../formats/entry.ts';
import { capitalized, dated, paragraphsOf } from '../../formats/entry-content.ts';
import { type Content, element, type Markup } from '../../html/element.ts';
import { permalink } from '../../http/links.ts';
import { typeInWords } from '../../words/value-in-words.ts';
import { whenInWords } from '../../words/when-in-words.ts';
import { inLanguage } from '../document/in-language.ts';
import { outsideLink } from '../document/outside-link.ts';
import { dateInWords, type PageContext } from '../document/page.ts';
import { mayShowImage } from '../document/page-settings.ts';

/** What HTML takes as a date or a time (the element `time`). */
const machineReadable = /^(?!0000)\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/** The date of an entry as a page shows it: times are in the zone of the page. */
export function shownWhen({ when }: Pick<ShownEntry, 'when'>, { zone }: PageContext): ShownEntry['when'] {
  const isTime = when.precision === 'second' || when.precision === 'minute';
  return isTime && zone !== 'UTC' ? { ...when, tz: zone } : when;
}

/** The date of an entry in words. */
export function whenElement(entry: Pick<ShownEntry, 'when'>, context: PageContext): Markup {
  const { edtf } = entry.when;
  const words = capitalized(whenInWords(shownWhen(entry, context), context.words, context.zone));
  return element('time', { datetime: machineReadable.test(edtf) ? edtf : undefined }, words);
}

/** The headline of an entry, as a link to its page. */
export function headlineLink({ id, data }: Pick<ShownEntry, 'id' | 'data'>, context: PageContext): Markup {
  const { language, origin, isEmbedded } = context;
  const target = isEmbedded ? { target: '_blank', rel: 'noopener' } : {};
  const address = isEmbedded ? permalink(origin, id) : `/events/${id}`;
  return element('a', { href: address, ...target, ...inLanguage(languageOf({ data }), language) }, data.headline);
}

/** The sources of an entry as links. */
export function sourcesElement(entry: ShownEntry, { words }: PageContext): Markup {
  const links = sourceLinks(entry);
  const shown = links.map((source) => dated(source, words));
  return element(
    'p.sources',
    {},
    words.labelled(words.source(links.length), ''),
    shown.map(({ href, text }, index) => [index === 0 ? null : ' · ', outsideLink(href, text)]),
  );
}

/** The images of an entry that may be shown, and links to the others. */
export function imageElements({ data }: ShownEntry, { words, pageWords }: PageContext): Content {
  return (data.media ?? []).map(({ url, alternativeText, credit, licence, caption, width, height }) =>
    element(
      'figure',
      {},
      mayShowImage(url)
        ? element('img', {
            src: url,
            alt: alternativeText,
            width,
            height,
            loading: 'lazy',
            referrerpolicy: 'no-referrer',
          })
        : outsideLink(url, words.labelled(pageWords.image, alternativeText)),
      element('figcaption', {}, [caption, credit, licence].filter((text) => text !== undefined).join(' · ')),
    ),
  );
}

/** The summary of an entry, paragraph by paragraph. */
export function summaryElements(entry: ShownEntry, { language }: PageContext): Content {
  const own = languageOf(entry);
  const ofSummary = entry.hasTranslatedSummary ? own : (entry.originalLanguage ?? own);
  return paragraphsOf(entry.data.summary).map((text) => element('p', inLanguage(ofSummary, language), text));
}

/** The kind of an event, and its status unless it is confirmed. */
export function kindElements({ type, data }: ShownEntry, { words }: PageContext): Content {
  const { status } = data;
  return [
    element('span', {}, typeInWords(type, words)),
    status === 'confirmed' ? null : [' ', element(`span.badge.${status}`, {}, words.statuses[status])],
  ];
}

/**
 * The correction that an entry is the result of.
 *
 * @param before the address of what was known before it; null if there is none
 */
export function correctionElement(
  { id, correction }: ShownEntry,
  context: PageContext,
  before: string | null = null,
): Content {
  if (!correction) return null;
  const { words, pageWords, origin, isEmbedded } = context;
  const history = `${isEmbedded ? origin : ''}/events/${id}#history`;
  return element(
    'p.note',
    {},
    element('strong', {}, words.labelled(words.correctedOn(dateInWords(correction.at, context)), '')),
    element('span', { dir: 'auto' }, correction.note),
    ' ',
    element('a', { href: history, ...(isEmbedded && { target: '_blank', rel: 'noopener' }) }, pageWords.whatChanged),
    before === null ? null : [' · ', element('a', { href: before }, pageWords.knownBefore)],
  );
}

/** What has changed of an entry since the instant as of which it is shown. */
function changedElement(change: CorrectionLine | undefined, context: PageContext): Content {
  if (!change) return null;
  const { words, pageWords } = context;
  const { changes, changedSince } = pageWords;
  const what = `${changedSince} (${changes[change.change].toLocaleLowerCase()}, ${dateInWords(change.publishedAt, context)})`;
  return element(
    'p.note',
    {},
    element('strong', {}, change.note === null ? what : words.labelled(what, '')),
    element('span', { dir: 'auto' }, change.note ?? ''),
    ' ',
    element('a', { href: `/events/${change.id}#history` }, pageWords.whatChanged),
  );
}

/** How a date is marked beside the line: by a dot, a band if it is imprecise, a bar if it lasted. */
function markOf({ when, data }: ShownEntry): string {
  const isExact = when.precision === 'day' || when.precision === 'minute' || when.precision === 'second';
  const isVague = !isExact || /[~?%X]/.test(when.edtf);
  const shape =
    isVague || (when.kind === 'point' && when.edtf.includes('/')) ? 'band' : when.kind === 'span' ? 'span' : 'dot';
  return data.status === 'planned' && shape === 'dot' ? 'planned' : shape;
}

/** What the entries of a list are shown against. */
export interface ListContext {
  readonly range: Pick<Range, 'from' | 'to' | 'tz' | 'match'>;
  /** What has been corrected or taken back since the instant of the list, by event; null for now. */
  readonly changedSince: ReadonlyMap<string, CorrectionLine> | null;
  /** The address of the list as it was before an instant (RFC 3339); null if there is none. */
  readonly listBefore: (instant: string) => string | null;
}

/** An entry in the list of a timeline. @param level of the heading that its headline is */
export function entryItem(entry: ShownEntry, view: ListContext, context: PageContext, level: number): Markup {
  const { words, pageWords } = context;
  const figures = figureFacts(entry, words).map(({ label, values }) =>
    element('li', {}, words.labelled(capitalized(label), words.joined(values.map(({ text }) => text)))),
  );
  return element(
    `li.${markOf(entry)}`,
    { id: entry.id },
    element('p.meta', {}, whenElement(entry, context), ' · ', kindElements(entry, context)),
    element(`h${level}`, { dir: inLanguage(languageOf(entry), context.language).dir }, headlineLink(entry, context)),
    certaintyIn(entry, view) === 'possible' ? element('p.soft', {}, pageWords.possiblyOutside) : null,
    summaryElements(entry, context),
    figures.length === 0 ? null : element('ul.figures', {}, figures),
    correctionElement(entry, context, entry.correction ? view.listBefore(entry.correction.at) : null),
    changedElement(view.changedSince?.get(entry.id), context),
    imageElements(entry, context),
    sourcesElement(entry, context),
  );
}
