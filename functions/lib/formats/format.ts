import * as z from 'zod';
import { rangeMatches } from '../../../events/dates/range-parameters.ts';
import type { ShownRemoval } from './removal.ts';

/** The formats of a timeline, by the names that `format` takes. */
export const formatNames = [
  'json',
  'ndjson',
  'csv',
  'geojson',
  'jsonfeed',
  'atom',
  'rss',
  'ics',
  'timelinejs',
] as const;

export type FormatName = (typeof formatNames)[number];

/** `range`, wherever a range of dates is answered. */
export const rangeField = z
  .object({
    from: z.string().nullable().describe('The start, as it was sent. Null if it is open.'),
    to: z.string().nullable().describe('The end, as it was sent. Null if it is open.'),
    tz: z
      .string()
      .nullable()
      .describe('The time zone of the range. Null if each event is compared by its own civil date.'),
    match: z.enum(rangeMatches).describe('How the date of an event relates to the range.'),
  })
  .meta({ id: 'Range', description: 'The requested range.' });

/** `redacted`, wherever entries are counted. */
export const redactedField = z
  .int()
  .min(0)
  .describe(
    'How many events have been taken down by now, whatever the range and `asOf`. Only the timeline of all events and that of one story have it: elsewhere the number would confirm what the events were about.',
  );

/** A page of a timeline, before a format writes it. */
export interface TimelineDocument {
  /** Entries as JSON text in order, each with `certainty`. */
  readonly entries: readonly string[];
  readonly range: z.infer<typeof rangeField>;
  /** The instant as of which it shows the record; RFC 3339. */
  readonly asOf: string;
  readonly nextCursor: string | null;
  /**
   * How many events of the timeline were taken down by now. Absent where the number would confirm what they were about.
   */
  readonly redacted?: number;
  /** The events that have left the timeline, the newest first, for formats that show them. */
  readonly removals?: readonly ShownRemoval[];
  /** When the events of corrected entries were first published, by id, for feeds; RFC 3339. */
  readonly firstPublished?: ReadonlyMap<string, string>;
  /** Public base address, without a slash at the end. */
  readonly origin: string;
  /** Absolute address of this answer. */
  readonly self: string;
  /** Absolute address of the next page; null at the end. */
  readonly next: string | null;
  /** Only if the document was to be whole and is not: the number of its entries. `next` is the address of the rest. */
  readonly cutAfter?: number;
  /** Absolute address of the first page, if this is another one. */
  readonly first?: string;
  /** The title of the story if the query names one, else the word for a timeline. */
  readonly title: string;
  readonly description: string | null;
  /** The language that the page is in, as far as it has words and translations of it; BCP 47. */
  readonly language: string;
  /** The language of the title and the description, if it is another one. */
  readonly titleLanguage?: string;
}

/** A way to write a page of a timeline. */
export interface Format {
  /** The value of the parameter `format`. */
  readonly name: FormatName;
  /** `content-type`, as sent. */
  readonly mediaType: string;
  /** The schema of the answer: of its JSON, or a text. */
  readonly schema: z.ZodType;
  /**
   * How a program reads it: a feed again and again, to find what is new; a page with the pages behind it; or one
   * document whole. It decides the default of `order` and `limit`.
   */
  readonly reading: 'feed' | 'pages' | 'whole';
  /** Whether it shows events that have left the timeline, so that programs remove their copies. Feeds do. */
  readonly showsRemovals?: true;
  /** Writes the page. The same document always gives the same text, without the time of writing. */
  readonly render: (document: TimelineDocument) => string;
}

/** Formats for programs, which show all languages of an entry and have no words of their own. */
const wordless: ReadonlySet<FormatName> = new Set(['json', 'ndjson']);

/** Whether a format has words, and so is in one language. */
export const isInOneLanguage = ({ name }: Pick<Format, 'name'>): boolean => !wordless.has(name);

/** Parameters that change the page and its format, but not the timeline. */
const ofTheAnswerOnly = ['cursor', 'format', 'limit'];

/** The address of the page for readers of what an answer is about: that of its story, else the first page. */
export function readersPage({ self, origin }: Pick<TimelineDocument, 'self' | 'origin'>): string {
  const story = new URL(self).searchParams.get('story');
  return story === null || story.includes(',') ? `${origin}/` : `${origin}/stories/${story}`;
}

/**
 * The address of the timeline that an answer is a page of: the same for all pages and formats.
 *
 * @param self absolute address of the answer
 * @example queryAddress('https://example.org/v1/timeline?limit=10&from=2020&format=rss') // '…/v1/timeline?from=2020'
 */
export function queryAddress(self: string): string {
  const address = new URL(self);
  for (const parameter of ofTheAnswerOnly) address.searchParams.delete(parameter);
  address.searchParams.sort();
  return address.href;
}
