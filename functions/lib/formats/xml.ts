import { toXml } from 'xast-util-to-xml';

/** Characters that XML 1.0 cannot hold, not even as a reference (§2.2, Char). */
const noCharacter = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Ends a CDATA section, and must not occur in other text (XML 1.0 §2.4). The library does not escape it. */
const sectionEnd = ']]>';

/** An element, as the library represents it. */
export type XmlElement = Extract<Parameters<typeof toXml>[0], { type: 'element' }>;

type XmlNode = XmlElement['children'][number];

/**
 * Text as a parser will return it: line breaks are LF, half surrogate pairs are U+FFFD, and characters that XML cannot
 * hold are removed.
 */
export const xmlText = (text: string): string => text.toWellFormed().replace(/\r\n?/g, '\n').replace(noCharacter, '');

/** The text of an attribute: a parser replaces its line breaks by spaces anyway (XML 1.0 §3.3.3). */
const attributeText = (text: string) => xmlText(text).replace(/[\t\n]/g, ' ');

/** Text in nodes such that `]]>` does not occur in any. HTML has no CDATA sections, and does not need this. */
function takenApart(text: string): XmlNode[] {
  const [first = '', ...rest] = text.split(sectionEnd);
  return [
    { type: 'text', value: first },
    ...rest.flatMap((part): XmlNode[] => [
      { type: 'text', value: ']]' },
      { type: 'cdata', value: '>' },
      { type: 'text', value: part },
    ]),
  ];
}

function withoutSectionEnds(parent: XmlElement): XmlElement {
  const children = parent.children.flatMap((child) => {
    if (child.type === 'text') return takenApart(child.value);
    return child.type === 'element' ? [withoutSectionEnds(child)] : [child];
  });
  return { ...parent, children };
}

/**
 * An element. Text in it is escaped. Attributes and children that are null are left out.
 *
 * @example element('link', { href: 'https://example.org/' })
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | null>> = {},
  ...children: readonly (XmlElement | string | null)[]
): XmlElement {
  const given = Object.entries(attributes).filter((attribute): attribute is [string, string] => attribute[1] !== null);
  return {
    type: 'element',
    name,
    attributes: Object.fromEntries(given.map(([key, value]) => [key, attributeText(value)])),
    children: children
      .filter((child) => child !== null)
      .map((child): XmlNode => (typeof child === 'string' ? { type: 'text', value: xmlText(child) } : child)),
  };
}

/** A document of XML 1.0 with its declaration. */
export function xmlDocument(root: XmlElement): string {
  const declaration = { type: 'instruction', name: 'xml', value: 'version="1.0" encoding="utf-8"' } as const;
  return toXml([declaration, withoutSectionEnds(root)], { closeEmptyElements: true });
}

/** Elements of HTML as a fragment: without a declaration, and each with an end tag. */
export const htmlFragment = (elements: readonly XmlElement[]): string => toXml([...elements]);
