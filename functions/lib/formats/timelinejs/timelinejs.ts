import * as z from 'zod';
import { civilDateAt, utc } from '../../../../events/dates/zone.ts';
import { permalink } from '../../http/links.ts';
import { directionOf } from '../../words/direction.ts';
import { dayInWords } from '../../words/when-in-words.ts';
import { wordsOf } from '../../words/words-of.ts';
import { entriesOf, languageOf, type ShownEntry } from '../entry.ts';
import { contentHtml } from '../entry-content.ts';
import type { Format, TimelineDocument } from '../format.ts';
import { escapeHtml, escapeLines, htmlLink } from '../html.ts';
import { mediaTypeOf } from '../media-types.ts';
import { dayParts, drawnAt, timelineJsDates } from './timelinejs-dates.ts';

const paragraph = (html: string) => `<p>${html}</p>`;

/** The text of a slide as HTML: what feeds show, and the permanent link. */
function textOf(entry: ShownEntry, document: TimelineDocument): string {
  const { permanentLink } = wordsOf(document.language);
  return `${contentHtml(entry, document)}${paragraph(htmlLink(permalink(document.origin, entry.id), permanentLink))}`;
}

/** The headline as HTML, with its language where that is another one than the language of the page. */
function headlineOf(entry: ShownEntry, { language: ofPage }: TimelineDocument): string {
  const headline = escapeHtml(entry.data.headline);
  const language = languageOf(entry);
  if (language === ofPage && directionOf(language) === 'ltr') return headline;
  return `<span lang="${escapeHtml(language)}" dir="${directionOf(language)}">${headline}</span>`;
}

const slideOf = (entry: ShownEntry, document: TimelineDocument) => ({
  unique_id: entry.id,
  ...timelineJsDates(entry.when, document),
  text: { headline: headlineOf(entry, document), text: textOf(entry, document) },
  // Otherwise text that looks like an address would become a link, also if it is only a part of one.
  autolink: false,
});

/** A slide for a timeline without entries, since TimelineJS shows an error without any. */
function placeholderOf({ asOf: instant, language }: TimelineDocument) {
  const words = wordsOf(language);
  return {
    unique_id: 'nothing',
    start_date: dayParts(civilDateAt(Date.parse(instant), utc)),
    display_date: words.asOf(dayInWords(instant, words)),
    text: { headline: words.noEvents, text: paragraph(words.nothingMatches) },
    autolink: false,
  };
}

/**
 * The slide at the end of a timeline that is cut. It is drawn where the last entry is, or the first one if the latest
 * come first, since TimelineJS sorts slides by their dates.
 */
function cutSlideOf(entries: readonly ShownEntry[], document: TimelineDocument) {
  const { cutAfter = 0, next, language } = document;
  const { cut, figures } = wordsOf(language);
  const starts = entries.map(({ when }) => timelineJsDates(when, document).start_date);
  const ascending = starts.toSorted((one, other) => drawnAt(one) - drawnAt(other));
  const isDescending = (entries.at(-1)?.when.earliest ?? '') < (entries[0]?.when.earliest ?? '');
  const note = paragraph(escapeHtml(cut.note(figures.number(cutAfter))));
  return {
    unique_id: 'cut',
    start_date: ascending.at(isDescending ? 0 : -1),
    display_date: '\u2026',
    text: { headline: escapeHtml(cut.title), text: `${note}${paragraph(htmlLink(next ?? '', cut.link))}` },
    autolink: false,
  };
}

/** The JSON that TimelineJS 3 of Knight Lab loads. It inserts texts as HTML, so they are escaped here. */
export const timelinejs: Format = {
  name: 'timelinejs',
  mediaType: mediaTypeOf.timelinejs,
  reading: 'whole',
  schema: z
    .looseObject({ events: z.array(z.looseObject({})) })
    .describe('The JSON that TimelineJS of Knight Lab loads: one slide per entry.'),
  render: (document) => {
    const entries = entriesOf(document);
    const slides = entries.map((entry) => slideOf(entry, document));
    const end = document.cutAfter === undefined ? [] : [cutSlideOf(entries, document)];
    const description = document.description === null ? '' : paragraph(escapeLines(document.description));
    return JSON.stringify({
      scale: 'human',
      title: {
        unique_id: 'timeline',
        text: { headline: escapeHtml(document.title), text: description },
        autolink: false,
      },
      events: slides.length > 0 ? [...slides, ...end] : [placeholderOf(document)],
    });
  },
};
