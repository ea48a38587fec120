import { ics } from './calendar/ics.ts';
import { csv } from './csv.ts';
import { atom } from './feeds/atom.ts';
import { jsonfeed } from './feeds/jsonfeed.ts';
import { rss } from './feeds/rss.ts';
import type { Format, FormatName } from './format.ts';
import { geojson } from './geojson.ts';
import { json } from './json.ts';
import { ndjson } from './ndjson.ts';
import { timelinejs } from './timelinejs/timelinejs.ts';

/** The formats, the default first. Functions load the one that is asked for: `requestedFormat`. */
export const formats: Readonly<Record<FormatName, Format>> = {
  json,
  ndjson,
  csv,
  geojson,
  jsonfeed,
  atom,
  rss,
  ics,
  timelinejs,
};
