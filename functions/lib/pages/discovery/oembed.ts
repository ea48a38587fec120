import * as z from 'zod';
import { storySlugSchema } from '../../../../events/catalogue/fields/identifiers.ts';
import { InvalidInput, NotFound } from '../../../../events/input/errors.ts';
import { element, htmlFragment } from '../../formats/xml.ts';

/** The frame of a story, in CSS pixels, unless its site asks for less. */
const defaultWidth = 640;
const defaultHeight = 480;

const cacheSeconds = 3_600;

const side = z
  .string()
  .regex(/^[1-9]\d{0,4}$/, 'Must be a whole number of pixels from 1 to 99999.')
  .transform(Number)
  .optional();

export const oembedQuerySchema = z.object({
  url: z
    .string()
    .max(2_000)
    .describe('The address of the page of a story, with its query.')
    .meta({ examples: ['https://timeline.example.org/stories/karabakh-2020'] }),
  maxwidth: side.describe('The largest width of the frame in pixels. Default: 640.'),
  maxheight: side.describe('The largest height of the frame in pixels. Default: 480.'),
  format: z.enum(['json']).optional().describe('The format of the response. There is one.'),
  dnt: z
    .string()
    .max(10)
    .optional()
    .describe('`1` asks not to track readers, as WordPress does with every request. No page tracks them anyway.'),
});

export const oembedAnswerSchema = z
  .object({
    version: z.literal('1.0'),
    type: z.literal('rich'),
    title: z.string(),
    provider_name: z.string(),
    provider_url: z.string(),
    cache_age: z.int().describe('For how many seconds the response may be kept.'),
    html: z.string().describe('A frame with the page of the story.'),
    width: z.int(),
    height: z.int(),
  })
  .meta({ id: 'OEmbed', description: 'A story, for the page of another site (oEmbed 1.0).' });

export type OEmbedAnswer = z.infer<typeof oembedAnswerSchema>;

/** A page of a story that another site shows. */
export interface EmbeddedStory {
  readonly slug: string;
  /** The query of the page, with `?`; empty if it has none. */
  readonly search: string;
}

/**
 * The story that an address names.
 *
 * @throws {InvalidInput} if it is no address
 * @throws {NotFound} if it is not the page of a story of this system
 */
export function embeddedStoryOf(address: string, origin: string): EmbeddedStory {
  const url = URL.parse(address);
  if (!url) throw new InvalidInput([{ parameter: 'url', detail: 'Must be the address of the page of a story.' }]);
  const [, slug] = /^\/(?:embed\/)?stories\/([^/]+)$/.exec(url.pathname) ?? [];
  if (url.origin !== origin || !storySlugSchema().safeParse(slug).success || slug === undefined)
    throw new NotFound('There is no page of a story at this address.');
  return { slug, search: new URLSearchParams(url.search).size === 0 ? '' : `?${new URLSearchParams(url.search)}` };
}

/** A story for the page of another site: a frame, as large as the site allows (oEmbed 1.0, 2.3.4.4). */
export function oembedAnswer(
  { slug, search }: EmbeddedStory,
  { title, origin, name }: { readonly title: string; readonly origin: string; readonly name: string },
  most: { readonly maxwidth?: number | undefined; readonly maxheight?: number | undefined },
): OEmbedAnswer {
  const width = Math.min(defaultWidth, most.maxwidth ?? defaultWidth);
  const height = Math.min(defaultHeight, most.maxheight ?? defaultHeight);
  const frame = element('iframe', {
    src: `${origin}/embed/stories/${slug}${search}`,
    width: String(width),
    height: String(height),
    title,
    loading: 'lazy',
    style: 'border:0',
  });
  return {
    version: '1.0',
    type: 'rich',
    title,
    provider_name: name,
    provider_url: origin,
    cache_age: cacheSeconds,
    html: htmlFragment([frame]),
    width,
    height,
  };
}
