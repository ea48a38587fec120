import * as z from 'zod';
import type { ZodOpenApiContentObject } from 'zod-openapi';
import { atom } from '../functions/lib/formats/atom.ts';
import { csv } from '../functions/lib/formats/csv.ts';
import type { Format } from '../functions/lib/formats/format.ts';
import { geojson } from '../functions/lib/formats/geojson.ts';
import { ics } from '../functions/lib/formats/ics.ts';
import { json } from '../functions/lib/formats/json.ts';
import { jsonfeed } from '../functions/lib/formats/jsonfeed.ts';
import type { FormatName } from '../functions/lib/formats/names.ts';
import { ndjson } from '../functions/lib/formats/ndjson.ts';
import { rss } from '../functions/lib/formats/rss.ts';
import { timelinejs } from '../functions/lib/formats/timelinejs.ts';
import { timelineDocumentExample } from './examples.ts';
import { timelineSchema } from './schemas/answers.ts';

interface Described {
  readonly format: Format;
  readonly schema: z.ZodType;
  /** The text is shown as it is; otherwise as the JSON that it holds. */
  readonly text?: true;
}

const textOf = (description: string) => z.string().describe(description);
const collectionOf = (shape: z.ZodRawShape, description: string) => z.looseObject(shape).describe(description);
const things = z.array(z.looseObject({}));

const described: Readonly<Record<FormatName, Described>> = {
  json: { format: json, schema: timelineSchema },
  ndjson: { format: ndjson, schema: textOf('An entry a line, as JSON.'), text: true },
  csv: {
    format: csv,
    schema: textOf('RFC 4180, with a header line. What a spreadsheet would take for a formula is defused.'),
    text: true,
  },
  geojson: {
    format: geojson,
    schema: collectionOf(
      { type: z.literal('FeatureCollection'), features: things },
      'GeoJSON (RFC 7946): a feature an entry.',
    ),
  },
  jsonfeed: {
    format: jsonfeed,
    schema: collectionOf({ version: z.string(), title: z.string(), items: things }, 'JSON Feed 1.1: an item an entry.'),
  },
  atom: { format: atom, schema: textOf('Atom (RFC 4287).'), text: true },
  rss: { format: rss, schema: textOf('RSS 2.0.'), text: true },
  ics: { format: ics, schema: textOf('iCalendar (RFC 5545).'), text: true },
  timelinejs: {
    format: timelinejs,
    schema: collectionOf({ events: things }, 'What TimelineJS of Knight Lab loads: a slide an entry.'),
  },
};

const essenceOf = (mediaType: string) => (mediaType.split(';')[0] as string).trim();

/** A timeline in each of its formats, with an example that the format itself wrote. */
export const timelineContent: ZodOpenApiContentObject = Object.fromEntries(
  Object.values(described).map(({ format, schema, text }) => {
    const written = format.render(timelineDocumentExample);
    return [essenceOf(format.mediaType), { schema, example: text ? written : JSON.parse(written) }];
  }),
);
