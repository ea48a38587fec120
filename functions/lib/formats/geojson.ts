import * as z from 'zod';
import { entriesOf, type ShownEntry } from './entry.ts';
import { flatEntry } from './flat-entry.ts';
import type { Format } from './format.ts';
import { unitedGeometry } from './geometry.ts';
import { placesOf } from './named.ts';

function featureOf(entry: ShownEntry, origin: string) {
  const geometries = placesOf(entry).flatMap(({ geometry }) => geometry ?? []);
  return {
    type: 'Feature',
    id: entry.id,
    geometry: unitedGeometry(geometries),
    properties: flatEntry(entry, origin),
  };
}

/** A feature collection (RFC 7946): a feature for each entry, also for one that is nowhere. What stands beside is allowed by §6.1. */
export const geojson: Format = {
  name: 'geojson',
  mediaType: 'application/geo+json',
  schema: z
    .looseObject({ type: z.literal('FeatureCollection'), features: z.array(z.looseObject({})) })
    .describe('GeoJSON (RFC 7946): a feature an entry.'),
  render: (document) => {
    const { title, description, range, asOf, nextCursor, self, next, origin } = document;
    return JSON.stringify({
      type: 'FeatureCollection',
      title,
      ...(description !== null && { description }),
      range,
      asOf,
      nextCursor,
      links: [
        { rel: 'self', href: self, type: geojson.mediaType },
        ...(next === null ? [] : [{ rel: 'next', href: next, type: geojson.mediaType }]),
      ],
      features: entriesOf(document).map((entry) => featureOf(entry, origin)),
    });
  },
};
