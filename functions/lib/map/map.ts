import { geoPath } from 'd3-geo';
import type { Geometry } from 'geojson';
import { element, type Markup } from '../html/element.ts';
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
export async function mapOf(marks: readonly MapMark[], { title, description }: MapWords): Promise<Markup | null> {
  const shown = marks.map((mark) => ({ ...mark, shapes: shapesOf(mark.geometry) }));
  const positions = shown.flatMap(({ shapes }) => shapes.flatMap(positionsOf));
  if (positions.length === 0) return null;
  const { view, outlines } = await withOutlines(viewOf(positions));
  const path = geoPath(view.projection).digits(1).pointRadius(2.5);
  const drawn = (className: string, object: Parameters<typeof path>[0]) => {
    const d = path(object);
    return d ? [element('path', { class: className, d })] : [];
  };
  const outlined = (className: string, object: Parameters<typeof path>[0]) => {
    const d = thinPath(path(object) ?? '');
    return d === '' ? [] : [element('path', { class: className, d })];
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
    return element('a', { href, 'aria-label': `${number}. ${name}` }, [
      element('title', {}, `${number}. ${name}`),
      ...shapes.flatMap((shape) => drawn(shape.type.endsWith('Point') ? 'spot' : 'shape', shape)),
      ...(isMoved ? [element('line', { x1: rounded(fromX), y1: rounded(fromY), x2: rounded(x), y2: rounded(y) })] : []),
      element('circle', { cx: rounded(x), cy: rounded(y), r: radius }),
      element('text', { x: rounded(x), y: rounded(y), dy: '.35em' }, String(number)),
    ]);
  });
  return element(
    'svg',
    {
      class: 'map',
      viewBox: `0 0 ${mapWidth} ${mapHeight}`,
      role: 'group',
      'aria-labelledby': 'map-title map-description',
    },
    [
      element('title', { id: 'map-title' }, title),
      element('desc', { id: 'map-description' }, description),
      element('g', { 'aria-hidden': 'true' }, [
        ...(view.isWorld ? drawn('sea', { type: 'Sphere' }) : []),
        ...outlined('land', outlines.land),
        ...outlined('border', outlines.lines),
        ...outlined('border disputed', outlines.disputed),
      ]),
      ...links,
    ],
  );
}
