import { geoPath } from 'd3-geo';
import type { Geometry } from 'geojson';
import type { Element } from 'hast';
import { s } from 'hastscript';
import { type MapView, mapHeight, mapWidth, viewAround, viewOf } from './map-view.ts';
import { placesFor } from './mark-places.ts';
import { type Outlines, outlinesIn } from './outlines.ts';
import { positionsOf, shapesOf } from './shapes.ts';
import { thinPath } from './thin-path.ts';

/** What a map marks: an entry of the list beside it. */
export interface MapMark {
  /** Its number in the list. */
  readonly number: number;
  readonly href: string;
  readonly name: string;
  readonly geometry: Geometry;
}

export interface MapWords {
  readonly title: string;
  readonly description: string;
}

const radius = 10;
const gap = 1.5;
/** Where a view shows neither a coast nor a border, a wider one may. */
const widening = 2.5;
const widestDegrees = 45;

const rounded = (number: number) => Math.round(number * 10) / 10;

/** The outlines of a view; of a wider one if there are none in it. */
async function withOutlines(view: MapView): Promise<{ view: MapView; outlines: Outlines; lines: string }> {
  const outlines = await outlinesIn(view);
  const path = geoPath(view.projection).digits(1);
  const lines = `${path(outlines.lines) ?? ''}${path(outlines.disputed) ?? ''}`;
  const wider = view.reachDegrees * widening;
  if (lines !== '' || view.isWorld || wider > widestDegrees) return { view, outlines, lines };
  return withOutlines(viewAround(view.middle, wider / 2));
}

/**
 * A map of entries as SVG: shapes and numbered marks, each a link to its entry, on outlines of countries.
 *
 * @returns null if there is nothing to mark
 */
export async function mapOf(marks: readonly MapMark[], { title, description }: MapWords): Promise<Element | null> {
  const shown = marks.map((mark) => ({ ...mark, shapes: shapesOf(mark.geometry) }));
  const positions = shown.flatMap(({ shapes }) => shapes.flatMap(positionsOf));
  if (positions.length === 0) return null;
  const { view, outlines } = await withOutlines(viewOf(positions));
  const path = geoPath(view.projection).digits(1).pointRadius(2.5);
  const drawn = (className: string, object: Parameters<typeof path>[0]) => {
    const d = path(object);
    return d ? [s('path', { class: className, d })] : [];
  };
  const outlined = (className: string, object: Parameters<typeof path>[0]) => {
    const d = thinPath(path(object) ?? '');
    return d === '' ? [] : [s('path', { class: className, d })];
  };
  const points = shown.map(({ shapes }): [number, number] => {
    const [x, y] = path.centroid({ type: 'GeometryCollection', geometries: shapes });
    return Number.isFinite(x) && Number.isFinite(y) ? [x, y] : [mapWidth / 2, mapHeight / 2];
  });
  const places = placesFor(points, 2 * radius + gap, [mapWidth, mapHeight]);
  const links = shown.map(({ number, href, name, shapes }, index) => {
    const [x = 0, y = 0] = places[index] ?? [];
    const [fromX = 0, fromY = 0] = points[index] ?? [];
    const isMoved = Math.hypot(x - fromX, y - fromY) > radius;
    return s('a', { href, ariaLabel: `${number}. ${name}` }, [
      s('title', `${number}. ${name}`),
      ...shapes.flatMap((shape) => drawn(shape.type.endsWith('Point') ? 'spot' : 'shape', shape)),
      ...(isMoved ? [s('line', { x1: rounded(fromX), y1: rounded(fromY), x2: rounded(x), y2: rounded(y) })] : []),
      s('circle', { cx: rounded(x), cy: rounded(y), r: radius }),
      s('text', { x: rounded(x), y: rounded(y), dy: '.35em' }, String(number)),
    ]);
  });
  return s(
    'svg',
    {
      class: 'map',
      viewBox: `0 0 ${mapWidth} ${mapHeight}`,
      role: 'group',
      ariaLabelledBy: 'map-title map-description',
    },
    [
      s('title', { id: 'map-title' }, title),
      s('desc', { id: 'map-description' }, description),
      s('g', { ariaHidden: 'true' }, [
        ...(view.isWorld ? drawn('sea', { type: 'Sphere' }) : []),
        ...outlined('land', outlines.land),
        ...outlined('border', outlines.lines),
        ...outlined('border disputed', outlines.disputed),
      ]),
      ...links,
    ],
  );
}
