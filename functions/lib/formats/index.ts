import { atom } from './atom.ts';
import { csv } from './csv.ts';
import type { Format, FormatName } from './format.ts';
import { geojson } from './geojson.ts';
import { ics } from './ics.ts';
import { json } from './json.ts';
import { jsonfeed } from './jsonfeed.ts';
import { ndjson } from './ndjson.ts';
import { rss } from './rss.ts';
import { timelinejs } from './timelinejs.ts';

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
