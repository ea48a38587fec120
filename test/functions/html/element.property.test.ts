import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toHtml } from 'hast-util-to-html';
import { h, s } from 'hastscript';
import { type Attributes, type Content, element } from '../../../functions/lib/html/element.ts';
import { hostileTexts } from '../formats/documents.ts';

/** An element as it is given to `element`, and to the libraries that it is compared with. */
interface Given {
  readonly selector: string;
  readonly attributes: Attributes;
  readonly children: readonly (Given | string | null)[];
}

/** Attributes of pages that hold any text. */
const textAttributes = [
  ...['action', 'alt', 'aria-label', 'content', 'd', 'data-changes', 'data-words', 'datetime', 'dir', 'href'],
  ...[
    'hreflang',
    'id',
    'lang',
    'method',
    'name',
    'property',
    'referrerpolicy',
    'role',
    'src',
    'title',
    'type',
    'value',
  ],
];

/** Attributes of pages that hold words with spaces between them. */
const wordAttributes = ['aria-describedby', 'aria-labelledby', 'autocomplete', 'for', 'rel'];

const text = fc
  .oneof(
    fc.constantFrom(...hostileTexts),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(...'<>&"\'`=/; \t\n\u0000\u0007\u0085\u00a0\u202e\ufffe\ud83c\udf0dscript-!#x'),
      maxLength: 40,
    }),
  )
  // Halves of surrogate pairs are in a test of their own: two texts that follow each other are no pair.
  .map((one) => one.toWellFormed());

const words = fc.array(fc.stringMatching(/^[a-z"&'<>`-]{1,8}$/), { minLength: 1, maxLength: 3 });

const attributes = fc
  .record(
    {
      ...Object.fromEntries(textAttributes.map((name) => [name, text])),
      ...Object.fromEntries(wordAttributes.map((name) => [name, words.map((list) => list.join(' '))])),
      defer: fc.boolean(),
      open: fc.boolean(),
      selected: fc.boolean(),
      height: fc.nat(),
      tabindex: fc.integer(),
      width: fc.oneof(fc.nat(), fc.constant(undefined), fc.constant(null)),
    },
    { requiredKeys: [] },
  )
  .map((all): Attributes => Object.fromEntries(Object.entries(all).slice(0, 6)));

const names = ['a', 'article', 'div', 'h2', 'li', 'option', 'p', 'section', 'span', 'time', 'title'];
const classes = ['', '.plain', '.plain.log', '.badge.reported'];
const selector = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...classes)).map(([name, of]) => `${name}${of}`);

const voidElement = fc.record({
  selector: fc.constantFrom('img', 'input', 'link', 'meta'),
  attributes,
  children: fc.constant([]),
});

const tree = fc.letrec<{ element: Given; child: Given | string | null }>((tie) => ({
  element: fc.record({
    selector,
    attributes,
    children: fc.array(tie('child'), { maxLength: 4 }),
  }),
  child: fc.oneof({ maxDepth: 3 }, text, fc.constant(null), voidElement, tie('element')),
})).element;

/** What no text of HTML may hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must be removed
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]/g;

const written = ({ selector: of, attributes: given, children }: Given): Exclude<Content, string> =>
  element(
    of,
    given,
    ...children.map((child) => (child === null || typeof child === 'string' ? child : written(child))),
  );

const built = ({ selector: of, attributes: given, children }: Given, make: typeof h | typeof s): ReturnType<typeof h> =>
  make(
    of,
    given,
    ...children.map((child) => (child === null || typeof child === 'string' ? child : built(child, make))),
  );

const htmlOf = (given: Given) => (written(given) as { html: string }).html;
/**
 * The library writes U+0000 in attributes as a reference, which browsers read as U+FFFD. Pages leave it out, as in
 * texts.
 */
const expected = (given: Given, make: typeof h | typeof s = h) =>
  toHtml(built(given, make)).replace(controls, '').replaceAll('&#x0;', '');

test('An element is written as by hastscript and hast-util-to-html, whatever texts it holds', () => {
  fc.assert(
    fc.property(tree, (given) => {
      expect(htmlOf(given)).toBe(expected(given));
    }),
    { numRuns: 2_000 },
  );
});

test('So is an element of SVG', () => {
  const shape = fc.record({
    selector: fc.constantFrom('path', 'rect', 'circle', 'line', 'text', 'title', 'desc', 'g', 'a'),
    attributes: fc.record(
      {
        ...Object.fromEntries(['aria-label', 'd', 'dy', 'href', 'id', 'role'].map((name) => [name, text])),
        'aria-hidden': fc.constantFrom('true', 'false'),
        'aria-labelledby': words.map((list) => list.join(' ')),
        class: fc.constantFrom('land', 'border disputed'),
        cx: fc.float({ noNaN: true, noDefaultInfinity: true }),
        r: fc.nat(),
        viewBox: fc.constant('0 0 100 10'),
      },
      { requiredKeys: [] },
    ),
    children: fc.array(fc.oneof(text, fc.constant(null)), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(fc.array(shape, { maxLength: 4 }), (shapes) => {
      const map = { selector: 'svg', attributes: { viewBox: '0 0 400 280' }, children: shapes };
      expect(htmlOf(map)).toBe(expected(map, s));
      const figure = { selector: 'figure', attributes: {}, children: [map] };
      expect(htmlOf(figure)).toBe(`<figure>${htmlOf(map)}</figure>`);
    }),
    { numRuns: 500 },
  );
});

test('A style and a script are written as they are', () => {
  fc.assert(
    fc.property(fc.constantFrom('style', 'script'), text, (of, content) => {
      const given = { selector: of, attributes: { type: 'application/ld+json' }, children: [content] };
      expect(htmlOf(given)).toBe(expected(given));
    }),
  );
});

test('Half of a surrogate pair is written as U+FFFD, and what is in lists as if it were not', () => {
  const list = ['a\ud83d', ['\udf0d<', [null, element('b', {}, '&')]]];
  expect(element('p', { title: '\ud83d"' }, list, 'z').html).toBe(
    '<p title="\ufffd&#x22;">a\ufffd\ufffd&#x3C;<b>&#x26;</b>z</p>',
  );
});

test('Only what an element wrote is not escaped', () => {
  const like = { html: '<script>alert(1)</script>' };
  expect(() => element('p', {}, like as unknown as Content)).toThrow(TypeError);
});
