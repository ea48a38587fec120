/** The forms in which a timeline is answered, as `format` names them. */
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
