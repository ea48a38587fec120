import type { Element, ElementContent } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';
import { directionOf } from '../../words/direction.ts';

/** What an element can hold; what is null is left out. */
export type Content = ElementContent | string | null | readonly Content[];

type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

const isList = (content: Content): content is readonly Content[] => Array.isArray(content);

const nodesOf = (content: Content): (ElementContent | string)[] =>
  isList(content) ? content.flatMap(nodesOf) : content === null ? [] : [content];

/**
 * An element of HTML. Texts in it are escaped when it is written. Attributes without a value are left out.
 *
 * @param selector a name and perhaps classes: never text from outside
 * @example element('p.when', {}, '9 November 2020')
 */
export const element = (selector: string, attributes: Attributes = {}, ...content: readonly Content[]): Element =>
  h(selector, attributes, nodesOf(content));

/** The attributes of a text in a language (BCP 47), if it is another one than that of the page. */
export const inLanguage = (language: string, ofPage: string): Attributes =>
  language === ofPage ? {} : { lang: language, dir: directionOf(language) };

const isWebAddress = (url: URL | null): url is URL => url?.protocol === 'https:' || url?.protocol === 'http:';

/** A link to another site; the text alone if the address is not of the web. */
export function outsideLink(address: string, ...content: readonly Content[]): Content {
  const url = URL.parse(address);
  return isWebAddress(url) ? element('a', { href: url.href, rel: 'nofollow noopener' }, ...content) : [...content];
}

/** Characters that no text of HTML may hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must be removed
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]/g;

/** A text without what HTML does not take. */
export const shownText = (text: string): string => text.toWellFormed().replace(controls, '');

/** A whole document as HTML. */
export const htmlOf = (root: Element): string => shownText(`<!doctype html>${toHtml(root)}`);
