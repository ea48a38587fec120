import { Marked, type Token, type Tokens } from 'marked';
import { escapeHtml } from '../formats/html.ts';
import { guidePath, guides } from './guides.ts';
import { layout, type Page } from './layout.ts';
import { anchorOf, block, link } from './markup.ts';

const guideLink = /^([\w-]+)\.md(#.*)?$/;

/** The address on this site of a link in a guide; null for files that are not part of the documentation. */
function addressOf(href: string): string | null {
  if (/^(https?:\/\/|#)/.test(href)) return href;
  const [, name = '', anchor = ''] = guideLink.exec(href) ?? [];
  if (name === 'README') return '/docs';
  return guides.some((guide) => guide.name === name) ? `${guidePath(name)}${anchor}` : null;
}

const comment = /^<!--.*-->\s*$/s;

/**
 * Markdown as the guides use it. Comments, by which numbers are filled in, are left out; other HTML is shown as text.
 */
const markdown = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => (comment.test(text) ? '' : escapeHtml(text)),
    code: ({ text }) => block(text),
    heading({ depth, text, tokens }) {
      return `<h${depth} id="${escapeHtml(anchorOf(text))}">${this.parser.parseInline(tokens)}</h${depth}>`;
    },
    link({ href, tokens }) {
      const address = addressOf(href);
      const content = this.parser.parseInline(tokens);
      return address === null ? content : link(address, content);
    },
    image: ({ text }) => escapeHtml(text),
    table({ header, rows }) {
      const row = (tag: string, cells: readonly Tokens.TableCell[], attributes = '') =>
        `<tr>${cells
          .map(({ tokens }) => this.parser.parseInline(tokens))
          // Screen readers would announce an empty header cell.
          .map((cell) => (cell === '' ? '<td></td>' : `<${tag}${attributes}>${cell}</${tag}>`))
          .join('')}</tr>`;
      const name = header
        .map(({ text }) => text.replaceAll('`', ''))
        .filter((text) => text !== '')
        .join(', ');
      return `<div class="wide" role="group" aria-label="${escapeHtml(name)}" tabindex="0"><table><thead>${row('th', header, ' scope="col"')}</thead><tbody>${rows.map((cells) => row('td', cells)).join('')}</tbody></table></div>`;
    },
  },
});

function pageOf(name: string, title: string, text: string): Page {
  const tokens = markdown.lexer(text);
  const isPart = (token: Token): token is Tokens.Heading => token.type === 'heading' && token.depth === 2;
  const first = tokens.findIndex(isPart);
  const [top, ...before] = tokens.slice(0, first < 0 ? tokens.length : first);
  const inlineHtml = (token: Token | undefined) =>
    String(markdown.parseInline(token?.type === 'heading' ? token.text : title));
  return {
    path: guidePath(name),
    title,
    parts: tokens.filter(isPart).map((token) => ({ anchor: anchorOf(token.text), title: inlineHtml(token) })),
    heading: inlineHtml(top),
    lead: markdown.parser(before),
    content: first < 0 ? '' : markdown.parser(tokens.slice(first)),
  };
}

/**
 * The page of a guide as HTML; null if there is no guide of that name.
 *
 * @param texts the guides in Markdown, by name
 */
export function guidePage(texts: Readonly<Record<string, string>>, name: string): string | null {
  const guide = guides.find((known) => known.name === name);
  return guide ? layout(pageOf(name, guide.title, texts[name] ?? '')) : null;
}
