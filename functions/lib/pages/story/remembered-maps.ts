import { createHash } from 'node:crypto';
import type { MapMark, MapWords, mapOf } from '../../map/map.ts';

/**
 * Drawing a map takes three times as long as the rest of a page. The last ones are remembered: so many, and so many
 * bytes in all. Most are about 30 KB; one of many or of long shapes can be a megabyte.
 */
const mapsRemembered = 50;
const bytesRemembered = 2_000_000;

type Draw = typeof mapOf;

interface Remembered {
  readonly map: ReturnType<Draw>;
  /** Of its SVG; 0 until it is drawn. */
  bytes: number;
}

/** Maps by a digest of all that is on them: what leaves the page leaves its map. */
const remembered = new Map<string, Remembered>();

function forgetOldest(): void {
  let bytes = [...remembered.values()].reduce((sum, one) => sum + one.bytes, 0);
  for (const [key, oldest] of remembered) {
    if (remembered.size <= mapsRemembered && bytes <= bytesRemembered) return;
    remembered.delete(key);
    bytes -= oldest.bytes;
  }
}

/**
 * The map of these marks: as it was drawn before, if it is remembered.
 *
 * @param draw draws it if it is not
 */
export function rememberedMap(marks: readonly MapMark[], words: MapWords, draw: Draw): ReturnType<Draw> {
  const key = createHash('sha256')
    .update(JSON.stringify([marks, words]))
    .digest('base64url');
  const known = remembered.get(key);
  if (known) return known.map;
  const drawn: Remembered = { map: draw(marks, words), bytes: 0 };
  remembered.set(key, drawn);
  forgetOldest();
  drawn.map.then(
    (map) => {
      drawn.bytes = Buffer.byteLength(map?.html ?? '');
      forgetOldest();
    },
    // What could not be drawn is tried again.
    () => remembered.delete(key),
  );
  return drawn.map;
}
