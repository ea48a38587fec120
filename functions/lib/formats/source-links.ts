import type { ShownEntry } from './entry.ts';

/** Where to read what an entry goes by, and what to call it. */
export interface SourceLink {
  readonly href: string;
  readonly text: string;
}

/**
 * The sources of an entry as links. Addresses are taken in as browsers take them, with signs in them such as `<` and `"`, which
 * no address may have: these are percent-encoded.
 */
export const sourceLinks = ({ data }: ShownEntry): SourceLink[] =>
  data.sources.map(({ url, publisher, title }) => ({
    href: URL.parse(url)?.href ?? url,
    text: title === undefined ? publisher : `${publisher}: ${title}`,
  }));
