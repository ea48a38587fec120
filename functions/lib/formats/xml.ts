import { toXml } from 'xast-util-to-xml';

/** What XML 1.0 (§2.2, Char) cannot hold in any way, not even as a reference. */
const noCharacter = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** It ends a CDATA section, and must stand in no other text (XML 1.0 §2.4). The writer would let it pass. */
const sectionEnd = ']]>';

/** An element as the writer takes it. */
export type XmlElement = Extract<Parameters<typeof toXml>[0], { type: 'element' }>;

type XmlNode = XmlElement['children'][number];

/** Text as a reader of XML will have it: line breaks are LF, half characters are U+FFFD, and what XML cannot hold is left out. */
export const xmlText = (text: string): string => text.toWellFormed().replace(/\r\n?/g, '\n').replace(noCharacter, '');

/** A reader makes blanks of line breaks in attributes (XML 1.0 §3.3.3): they may as well be written so. */
const attributeText = (text: string) => xmlText(text).replace(/[\t\n]/g, ' ');

/** Text with every end of a section taken apart. HTML has no sections, and no need of this. */
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
 * An element. Text in it is text, whatever characters it has; attributes and children that are null are left out.
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

/** Elements that HTML knows, as a piece of HTML: without a declaration, every element with an end tag. */
export const htmlFragment = (elements: readonly XmlElement[]): string => toXml([...elements]);
