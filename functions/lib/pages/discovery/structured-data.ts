import { languageOf, namesOf, placesOf, type ShownEntry } from '../../formats/entry.ts';
import { type Content, element, shownText } from '../../html/element.ts';
import { permalink } from '../../http/links.ts';
import type { PageContext } from '../document/page.ts';
import { mayShowImage, pageSettings } from '../document/page-settings.ts';

const organization = (name: string) => ({ '@type': 'Organization', name });

/** The site, as the publisher of its pages. */
const publisherAt = (origin: string) => ({ ...organization(pageSettings.name), url: origin, logo: pageSettings.logo });

/** A list without members says nothing. */
const listed = <Member>(members: readonly Member[]) => (members.length > 0 ? members : undefined);

/**
 * The report of an event by schema.org. It is a posting and not an `Event`, which is something to go to: search engines
 * ask of one an exact date and an address. The date is as the newsroom knows it, in the form of ISO 8601-2.
 */
function postingOf(entry: ShownEntry, { origin }: PageContext) {
  const { id, data, when, newsroom, publishedAt, correction } = entry;
  const url = permalink(origin, id);
  const images = (data.media ?? []).map((image) => image.url).filter((address) => mayShowImage(address));
  return {
    '@type': 'BlogPosting',
    url,
    headline: data.headline,
    articleBody: data.summary,
    inLanguage: languageOf(entry),
    datePublished: publishedAt,
    author: organization(newsroom),
    temporalCoverage: when.edtf,
    contentLocation: listed(namesOf(placesOf(entry)).map((name) => ({ '@type': 'Place', name }))),
    image: listed(images),
    citation: data.sources.map(({ url: address, publisher, title }) => ({
      '@type': 'CreativeWork',
      url: URL.parse(address)?.href,
      name: title,
      publisher: organization(publisher),
    })),
    correction: correction && {
      '@type': 'CorrectionComment',
      text: correction.note,
      datePublished: correction.at,
      url: `${url}#history`,
    },
  };
}

/**
 * What a text in JSON may have that readers do not see: an escape of a control character or of half a pair, or such a
 * character.
 */
const mayBeUnfit = /\\[bfu]|[\u007F-\u009F\uFFFE\uFFFF]/;

/** Structured data in a page: its texts are those that readers see, and none of them can end the element. */
function dataElement(data: object): Content {
  const all = { '@context': 'https://schema.org', ...data };
  const plain = JSON.stringify(all);
  // To look at each value takes five times as long, and few texts need it.
  const json = mayBeUnfit.test(plain)
    ? JSON.stringify(all, (_name, value) => (typeof value === 'string' ? shownText(value) : value))
    : plain;
  return element('script', { type: 'application/ld+json' }, json.replaceAll('<', '\\u003c'));
}

/** What programs that preview links read, by Open Graph. */
function previewElements(title: string, description: string | null | undefined, url: string, type: string): Content {
  const properties = { title, description, url, type, site_name: pageSettings.name, image: pageSettings.logo };
  return Object.entries(properties).map(([name, content]) =>
    content ? element('meta', { property: `og:${name}`, content }) : null,
  );
}

/** A story, and those of its entries that a page shows. */
interface ShownStory {
  readonly story: {
    readonly story: string;
    readonly title: string;
    readonly description: string | null;
    readonly language: string;
    readonly newsroom: string | null;
    readonly updatedAt: string | null;
  };
  /** When its first event was published, RFC 3339; null if that is not shown. */
  readonly publishedAt: string | null;
  readonly entries: readonly ShownEntry[];
}

/** A story for programs that read pages: a live blog by schema.org, and a preview. */
export function storyData({ story, publishedAt, entries }: ShownStory, context: PageContext): Content[] {
  const { origin } = context;
  const url = `${origin}/stories/${story.story}`;
  const publisher = publisherAt(origin);
  return [
    previewElements(story.title, story.description, url, 'website'),
    dataElement({
      '@type': 'LiveBlogPosting',
      url,
      mainEntityOfPage: url,
      headline: story.title,
      description: story.description ?? undefined,
      inLanguage: story.language,
      datePublished: publishedAt ?? undefined,
      dateModified: story.updatedAt ?? undefined,
      coverageStartTime: publishedAt ?? undefined,
      author: story.newsroom === null ? publisher : organization(story.newsroom),
      publisher,
      image: pageSettings.logo,
      liveBlogUpdate: listed(entries.map((entry) => postingOf(entry, context))),
    }),
  ];
}

/**
 * An event for programs that read pages.
 *
 * @param publishedAt when it was first published, RFC 3339; absent if the page does not know
 */
export function eventData(entry: ShownEntry, publishedAt: string | undefined, context: PageContext): Content[] {
  const { origin } = context;
  const { headline, summary } = entry.data;
  const posting = postingOf(entry, context);
  return [
    previewElements(headline, summary, posting.url, 'article'),
    dataElement({
      ...posting,
      mainEntityOfPage: posting.url,
      isPartOf: `${origin}/stories/${entry.story}`,
      datePublished: publishedAt,
      dateModified: entry.publishedAt,
      publisher: publisherAt(origin),
      image: posting.image ?? pageSettings.logo,
    }),
  ];
}
