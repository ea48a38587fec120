import * as z from 'zod';
import { civilDateAt, utc } from '../../../events/dates/zone.ts';
import { permalink } from '../http/links.ts';
import { entriesOf, type ShownEntry, sourceLinks } from './entry.ts';
import type { Format, TimelineDocument } from './format.ts';
import { escapeHtml, escapeLines, htmlLink } from './html.ts';
import { dayParts, timelineJsDates } from './timelinejs-dates.ts';

const paragraph = (html: string) => `<p>${html}</p>`;

/** The text of a slide as HTML: summary, status, correction, sources and permanent link. */
function textOf(entry: ShownEntry, origin: string): string {
  const { id, data, correction } = entry;
  const sources = sourceLinks(entry).map(({ href, text }) => htmlLink(href, text));
  return [
    ...(data.summary ? [escapeLines(data.summary)] : []),
    ...(data.status === 'confirmed' ? [] : [`Status: ${data.status}`]),
    ...(correction ? [`Corrected ${correction.at.slice(0, 10)}: ${escapeLines(correction.note)}`] : []),
    `${sources.length > 1 ? 'Sources' : 'Source'}: ${sources.join('; ')}`,
    htmlLink(permalink(origin, id), 'Permanent link'),
  ]
    .map(paragraph)
    .join('');
}

const slideOf = (entry: ShownEntry, document: TimelineDocument) => ({
  unique_id: entry.id,
  ...timelineJsDates(entry.when, document),
  text: { headline: escapeHtml(entry.data.headline), text: textOf(entry, document.origin) },
  // Otherwise text that looks like an address would become a link, also if it is only a part of one.
  autolink: false,
});

/** A slide for a timeline without entries, since TimelineJS shows an error without any. */
const placeholderOf = ({ asOf }: TimelineDocument) => ({
  unique_id: 'nothing',
  start_date: dayParts(civilDateAt(Date.parse(asOf), utc)),
  display_date: `As of ${asOf.slice(0, 10)}`,
  text: { headline: 'No events', text: paragraph('Nothing in the record matches.') },
  autolink: false,
});

/** The JSON that TimelineJS 3 of Knight Lab loads. It inserts texts as HTML, so they are escaped here. */
export const timelinejs: Format = {
  name: 'timelinejs',
  mediaType: 'application/vnd.knightlab.timelinejs+json',
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
