import { type Content, element } from '../../html/element.ts';

const isWebAddress = (url: URL | null): url is URL => url?.protocol === 'https:' || url?.protocol === 'http:';

/** A link to another site; the text alone if the address is not of the web. */
export function outsideLink(address: string, ...content: readonly Content[]): Content {
  const url = URL.parse(address);
  return isWebAddress(url) ? element('a', { href: url.href, rel: 'nofollow noopener' }, ...content) : [...content];
}
