const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
};

const maximumCodePoint = 0x10_ff_ff;

function characterOf(entity: string, name: string): string {
  if (!name.startsWith('#')) return Object.hasOwn(entities, name) ? (entities[name] ?? entity) : entity;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= maximumCodePoint ? String.fromCodePoint(code) : entity;
}

/**
 * The text of HTML without its tags, as cells for TimelineJS have it. Paragraphs and line breaks become line breaks.
 *
 * @example textOfHtml('<p>A <b>truce</b> &amp; more</p>') // 'A truce & more'
 */
export function textOfHtml(html: string): string {
  return html
    .replaceAll(/<(?:br|\/p|\/div|\/li|\/h[1-6])(?:\s[^<>]*)?\/?>/gi, '\n')
    .replaceAll(/<\/?[a-z][^<>]*>/gi, '')
    .replaceAll(/&(#\d{1,7}|#x[\da-f]{1,6}|[a-z]{1,8});/gi, characterOf)
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
