/** What an attribute holds. One with `true` has no value; one with `false`, null or undefined is left out. */
type AttributeValue = string | number | boolean | null | undefined;

/** Attributes by their names in HTML or SVG. Names are given by code alone: they are not escaped. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** HTML that `element` has written. Nothing else makes it, so that every other text is escaped. */
class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

export type { Markup };

/** What an element can hold; what is null is left out. */
export type Content = Markup | string | null | readonly Content[];

/** Elements without content and end tag (HTML, 13.1.2). */
const voids: ReadonlySet<string> = new Set([
  ...['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr'],
]);

/** Elements in which nothing is escaped, since nothing in them is a character reference (HTML, 13.1.2.1). */
const raws: ReadonlySet<string> = new Set(['script', 'style']);

/** Characters that no text of HTML may hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must be removed
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]/g;

/** Such characters, and halves of surrogate pairs, which may lack the other half. Most texts have none. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are looked for
const unfit = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uD800-\uDFFF\uFFFE\uFFFF]/;

/** A text without what HTML does not take. */
export const shownText = (text: string): string =>
  unfit.test(text) ? text.toWellFormed().replace(controls, '') : text;

const referenceTo = (character: string) => `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;

/** Each text is searched first: most have nothing to replace. */
const markInText = /[&<]/;
const marksInText = /[&<]/g;
const markInValue = /[&"'`]/;
const marksInValue = /[&"'`]/g;

function escapedText(text: string): string {
  const shown = shownText(text);
  return markInText.test(shown) ? shown.replace(marksInText, referenceTo) : shown;
}

function escapedValue(text: string): string {
  const shown = shownText(text);
  return markInValue.test(shown) ? shown.replace(marksInValue, referenceTo) : shown;
}

function written(content: Content, write: (text: string) => string): string {
  if (content === null) return '';
  if (typeof content === 'string') return write(content);
  if (content instanceof Markup) return content.html;
  let html = '';
  for (const part of content) html += written(part, write);
  return html;
}

/** The tags of an element. */
interface Tags {
  /** The start tag, without its other attributes and its end. */
  readonly start: string;
  readonly end: string;
  readonly write: (text: string) => string;
}

function tagsOf(selector: string): Tags {
  const [name = '', ...classes] = selector.split('.');
  return {
    start: classes.length === 0 ? `<${name}` : `<${name} class="${escapedValue(classes.join(' '))}"`,
    end: voids.has(name) ? '' : `</${name}>`,
    write: raws.has(name) ? shownText : escapedText,
  };
}

/** The tags by selector: pages have some dozens. */
const known = new Map<string, Tags>();

function tagsFor(selector: string): Tags {
  const found = known.get(selector);
  if (found) return found;
  const tags = tagsOf(selector);
  known.set(selector, tags);
  return tags;
}

/**
 * An element of HTML or SVG, written. Texts in it and values of its attributes are escaped.
 *
 * @param selector a name and perhaps classes: never text from outside
 * @example element('p.when', {}, '9 November 2020')
 */
export function element(selector: string, attributes: Attributes = {}, ...content: readonly Content[]): Markup {
  const { start, end, write } = tagsFor(selector);
  let html = start;
  for (const name in attributes) {
    const value = attributes[name];
    if (value === true) html += ` ${name}`;
    else if (typeof value === 'string') html += ` ${name}="${escapedValue(value)}"`;
    else if (typeof value === 'number') html += ` ${name}="${value}"`;
  }
  html += '>';
  for (const part of content) html += written(part, write);
  return new Markup(html + end);
}
