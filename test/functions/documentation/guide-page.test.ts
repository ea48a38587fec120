import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Element, JSDOM } from 'jsdom';
import { guidePage } from '../../../functions/lib/documentation/guide-page.ts';
import { guides } from '../../../functions/lib/documentation/guides.ts';

const docs = join(import.meta.dirname, '..', '..', '..', 'docs');

const shown = (markdown: string) => new JSDOM(guidePage({ webhooks: markdown }, 'webhooks') ?? '').window.document;
const mainOf = (markdown: string) => shown(markdown).querySelector('main') as Element;

test('Every guide of the folder has a page', async () => {
  const names = (await readdir(docs)).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(guides.map(({ name }) => `${name}.md`).sort()).toEqual(names.sort());
});

test('The pages are in the order of the table of contents', async () => {
  const contents = await readFile(join(docs, 'README.md'), 'utf8');
  const numbered = [...contents.matchAll(/^\d+\. \[[^\]]+\]\(([\w-]+)\.md\)/gm)].map(([, name]) => name);
  const shownFirst = guides.map(({ name }) => name).filter((name) => numbered.includes(name));
  expect(shownFirst).toEqual(numbered);
});

describe('A guide', () => {
  test('begins with its title and its introduction, then lists its parts', () => {
    const main = mainOf('# Webhooks\n\nAn introduction.\n\n## One `part`\n\nText.\n\n## Another part\n');
    expect([...main.children].map(({ tagName, textContent }) => [tagName, textContent])).toEqual([
      ['H1', 'Webhooks'],
      ['P', 'An introduction.'],
      ['NAV', 'On this pageOne partAnother part'],
      ['H2', 'One part'],
      ['P', 'Text.'],
      ['H2', 'Another part'],
    ]);
    expect([...main.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual([
      '#one-part',
      '#another-part',
    ]);
  });

  test('shows HTML as text', () => {
    const main = mainOf('# T\n\n<script>alert(1)</script>\n\nA <b onclick="x">word</b>, <img src=x> and &lt;i&gt;.\n');
    expect(main.querySelector('script, b, img, i, [onclick]')).toBe(null);
    expect(main.textContent).toContain('<script>alert(1)</script>');
    expect(main.textContent).toContain('A <b onclick="x">word</b>, <img src=x> and <i>.');
  });

  test('leaves out the comments by which numbers and examples are filled in', () => {
    const main = mainOf(
      '# T\n\nAt most <!-- limit: id -->200<!-- end --> characters.\n\n<!-- code: a -->\n```js\na\n```\n',
    );
    expect(main.textContent).toBe('TAt most 200 characters.\na');
  });

  test('links to guides and to the web, and to nothing else', () => {
    const main = mainOf(
      '# T\n\n[a](corrections.md#history) [b](https://example.org/x) [c](../README.md) [d](decisions/README.md) [e](javascript:alert) [f](README.md) [g](#here) ![h](x.png)\n',
    );
    const links = [...main.querySelectorAll('a')].map((link) => [link.textContent, link.getAttribute('href')]);
    expect(links).toEqual([
      ['a', '/docs/guides/corrections#history'],
      ['b', 'https://example.org/x'],
      ['f', '/docs'],
      ['g', '#here'],
    ]);
    expect(main.textContent).toContain('a b c d e f g h');
  });

  test('lets readers scroll tables and code that are wider than the page', () => {
    const main = mainOf('# T\n\n```sh\ncurl "<x>"\n```\n\n|  | `b` |\n|---|---|\n| 1 | 2 |\n');
    expect(main.querySelector('pre')?.outerHTML).toBe('<pre tabindex="0"><code>curl "&lt;x&gt;"</code></pre>');
    const region = main.querySelector('.wide');
    expect([
      region?.getAttribute('role'),
      region?.getAttribute('tabindex'),
      region?.getAttribute('aria-label'),
    ]).toEqual(['group', '0', 'b']);
    const cells = [...main.querySelectorAll('th, td')].map(({ tagName, textContent }) => `${tagName} ${textContent}`);
    expect(cells).toEqual(['TD ', 'TH b', 'TD 1', 'TD 2']);
  });
});
