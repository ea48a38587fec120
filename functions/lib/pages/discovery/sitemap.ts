import { element, xmlDocument } from '../../formats/xml.ts';

/** A page that search engines are to know. */
export interface SitemapPage {
  readonly address: string;
  /** RFC 3339; null if it is not known. */
  readonly changedAt: string | null;
}

/** A sitemap (sitemaps.org, protocol 0.9). */
export const sitemapOf = (pages: readonly SitemapPage[]): string =>
  xmlDocument(
    element(
      'urlset',
      { xmlns: 'http://www.sitemaps.org/schemas/sitemap/0.9' },
      ...pages.map(({ address, changedAt }) =>
        element('url', {}, element('loc', {}, address), changedAt === null ? null : element('lastmod', {}, changedAt)),
      ),
    ),
  );

/**
 * What search engines may read (RFC 9309): the pages. The API is for programs, and what is shown in frames belongs to
 * the pages of other sites.
 */
export const robotsOf = (origin: string): string =>
  [
    'User-agent: *',
    'Disallow: /v1/',
    'Disallow: /embed/',
    'Disallow: /oembed',
    '',
    `Sitemap: ${origin}/sitemap.xml`,
    '',
  ].join('\n');
