import { namesOf, placesOf, type ShownEntry } from '../../formats/entry.ts';
import { permalink } from '../../http/links.ts';
import { type Content, element } from '../document/element.ts';
import type { PageContext } from '../document/page.ts';
import { pageSettings } from '../document/page-settings.ts';

/** A date that schema.org can say: without a qualifier, and without digits or parts that are not known. */
const exactDate = /^\d{4}(-\d\d){0,2}(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/;

const exactOrNone = (edtf: string | undefined) => (edtf !== undefined && exactDate.test(edtf) ? edtf : undefined);

/** The event of an entry by schema.org. It has no date where only an imprecise one is known. */
function eventOf(entry: ShownEntry, { origin }: PageContext) {
  const { id, data, when } = entry;
  const [start, end = start] = when.edtf.split('/');
  const isOnce = when.kind === 'point' && when.edtf.includes('/');
  const places = namesOf(placesOf(entry)).map((name) => ({ '@type': 'Place', name }));
  return {
    '@type': 'Event',
    '@id': permalink(origin, id),
    url: permalink(origin, id),
    name: data.headline,
    startDate: isOnce ? undefined : exactOrNone(start),
    endDate: isOnce ? undefined : exactOrNone(end),
    location: places.length > 0 ? places : undefined,
  };
}

/** Structured data in a page. A text in it cannot end the element. */
const dataElement = (data: object): Content =>
  element(
    'script',
    { type: 'application/ld+json' },
    JSON.stringify({ '@context': 'https://schema.org', ...data }).replaceAll('<', '\\u003c'),
  );

/** What programs that preview links read, by Open Graph. */
function previewElements(title: string, description: string | null | undefined, url: string, type: string): Content {
  const properties = { title, description, url, type, site_name: pageSettings.name, image: pageSettings.logo };
  return Object.entries(properties).map(([name, content]) =>
    content ? element('meta', { property: `og:${name}`, content }) : null,
  );
}

/** A story, and those of its entries that a page shows. */
interface ShownStory {
  readonly story: { readonly story: string; readonly title: string; readonly description: string | null };
  readonly entries: readonly ShownEntry[];
}

/** A story for programs that read pages: a list of events by schema.org, and a preview. */
export function storyData({ story, entries }: ShownStory, context: PageContext): Content[] {
  const url = `${context.origin}/stories/${story.story}`;
  return [
    previewElements(story.title, story.description, url, 'website'),
    dataElement({
      '@type': 'ItemList',
      name: story.title,
      description: story.description ?? undefined,
      url,
      numberOfItems: entries.length,
      itemListElement: entries.map((entry, index) => ({
        '@type': 'ListItem',
        position: index + 1,
        item: eventOf(entry, context),
      })),
    }),
  ];
}

/** An event for programs that read pages. */
export function eventData(entry: ShownEntry, context: PageContext): Content[] {
  const { headline, summary } = entry.data;
  return [
    previewElements(headline, summary, permalink(context.origin, entry.id), 'article'),
    dataElement({ ...eventOf(entry, context), description: summary }),
  ];
}
