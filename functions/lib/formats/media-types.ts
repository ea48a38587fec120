import type { FormatName } from './format.ts';

/** What each format is sent as, in the order of preference: the value of `content-type`. */
export const mediaTypeOf: Readonly<Record<FormatName, string>> = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8; header=present',
  geojson: 'application/geo+json',
  jsonfeed: 'application/feed+json',
  atom: 'application/atom+xml; charset=utf-8',
  rss: 'application/rss+xml; charset=utf-8',
  ics: 'text/calendar; charset=utf-8',
  timelinejs: 'application/vnd.knightlab.timelinejs+json',
};

/** The media type of a format without its parameters, as `Accept` names it. */
export const essenceOf = (name: FormatName): string => (mediaTypeOf[name].split(';')[0] as string).trim();
