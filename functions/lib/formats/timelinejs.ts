import * as z from 'zod';
import { civilDateAt, utc } from '../../../events/dates/zone.ts';
import { permalink } from '../http/links.ts';
import { directionOf } from '../words/direction.ts';
import { dayInWords } from '../words/when-in-words.ts';
import { wordsOf } from '../words/words-of.ts';
import { entriesOf, languageOf, type ShownEntry } from './entry.ts';
import { contentHtml } from './entry-content.ts';
import type { Format, TimelineDocument } from './format.ts';
import { escapeHtml, escapeLines, htmlLink } from './html.ts';
import { dayParts, timelineJsDates } from './timelinejs-dates.ts';

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

/** The JSON that TimelineJS 3 of Knight Lab loads. It inserts texts as HTML, so they are escaped here. */
export const timelinejs: Format = {
  name: 'timelinejs',
  mediaType: 'application/vnd.knightlab.timelinejs+json',
  reading: 'whole',
  schema: z
    .looseObject({ events: z.array(z.looseObject({})) })
    .describe('The JSON that TimelineJS of Knight Lab loads: one slide per entry.'),
  render: (document) => {
    const slides = entriesOf(document).map((entry) => slideOf(entry, document));
    const description = document.description === null ? '' : paragraph(escapeLines(document.description));
    return JSON.stringify({
      scale: 'human',
      title: {
        unique_id: 'timeline',
        text: { headline: escapeHtml(document.title), text: description },
        autolink: false,
      },
      events: slides.length > 0 ? slides : [placeholderOf(document)],
    });
  },
};
