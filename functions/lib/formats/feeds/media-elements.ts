import type { ShownEntry } from '../entry.ts';
import { element, type XmlElement } from '../xml.ts';

const namespace = 'http://search.yahoo.com/mrss/';

const pixels = (count: number | undefined) => (count === undefined ? null : String(count));

/**
 * The images of an entry by Media RSS 1.5.1 (https://www.rssboard.org/media-rss), which readers of RSS and of Atom
 * know. An enclosure would need the size in bytes.
 */
export const mediaElements = ({ data }: ShownEntry): XmlElement[] =>
  (data.media ?? []).map(({ url, alternativeText, credit, licence, caption, width, height }) =>
    element(
      'media:content',
      {
        'xmlns:media': namespace,
        url: URL.parse(url)?.href ?? url,
        medium: 'image',
        width: pixels(width),
        height: pixels(height),
      },
      caption === undefined ? null : element('media:title', {}, caption),
      element('media:description', {}, alternativeText),
      element('media:credit', {}, credit),
      element('media:license', {}, licence),
    ),
  );
