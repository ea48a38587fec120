import type { Geometry } from 'geojson';
import { languageOf, placesOf, type ShownEntry } from '../../formats/entry.ts';
import { type Content, element } from '../../html/element.ts';
import { type MapMark, mapOf } from '../../map/map.ts';
import { inLanguage } from '../document/in-language.ts';
import type { PageContext } from '../document/page.ts';
import { rememberedMap } from './remembered-maps.ts';

/** Marks of a map: each entry that has a geometry, by its number on the map. */
function marksOf(entries: readonly ShownEntry[]): { readonly entry: ShownEntry; readonly mark: MapMark }[] {
  const located = entries.flatMap((entry) => {
    const geometries = placesOf(entry).flatMap(({ geometry }) => geometry ?? []);
    return geometries.length === 0 ? [] : [{ entry, geometries }];
  });
  return located.map(({ entry, geometries }, index) => ({
    entry,
    mark: {
      number: index + 1,
      href: `#${entry.id}`,
      name: entry.data.headline,
      // A bounding box has four or six numbers by its schema, but not by its type.
      geometry: { type: 'GeometryCollection', geometries: geometries as Geometry[] },
    },
  }));
}

/**
 * The map of a page, with a list of what its numbers are. Each of them leads to the entry on the page.
 *
 * @returns null if no entry has a geometry
 */
export async function mapFigure(entries: readonly ShownEntry[], context: PageContext): Promise<Content> {
  const { words, pageWords, language } = context;
  const marks = marksOf(entries);
  const map = await rememberedMap(
    marks.map(({ mark }) => mark),
    { title: pageWords.map, description: pageWords.aboutMap },
    mapOf,
  );
  if (map === null) return null;
  return element(
    'section.where',
    { 'aria-labelledby': 'where' },
    element('h2', { id: 'where' }, pageWords.map),
    element('figure', {}, map, element('figcaption', {}, pageWords.aboutMap)),
    element(
      'details',
      {},
      element('summary', {}, pageWords.onMap(words.figures.number(marks.length), marks.length)),
      element(
        'ol',
        {},
        marks.map(({ entry, mark }) =>
          element('li', {}, element('a', { href: mark.href, ...inLanguage(languageOf(entry), language) }, mark.name)),
        ),
      ),
    ),
  );
}
