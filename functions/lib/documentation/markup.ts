import { escapeHtml } from '../formats/html.ts';

type Attributes = Readonly<Record<string, string>>;

const written = (attributes: Attributes) =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
    .join('');

/** The anchor of a heading, by the rules of GitHub. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** A link. The content is HTML. */
export const link = (href: string, content: string, attributes: Attributes = {}): string =>
  `<a href="${escapeHtml(href)}"${written(attributes)}>${content}</a>`;

/** A list of items that are HTML. */
export const list = (items: readonly string[], attributes: Attributes = {}): string =>
  `<ul${written(attributes)}>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;

export const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;

/** A block of code. It can get the focus, so that it can be scrolled with a keyboard. */
export const block = (text: string): string => `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>`;

/** Text that is shown on demand. */
export const details = (summary: string, content: string): string =>
  `<details><summary>${summary}</summary>${content}</details>`;

/** A line of a description, with code in backticks and links as in Markdown. Everything else is text. */
export const inline = (text: string | undefined): string =>
  escapeHtml(text ?? '')
    .replace(/`([^`]+)`/g, (_match, content) => `<code>${content}</code>`)
    .replace(
      /\[([^\]]+)\]\((\/[\w/#.-]*|https:\/\/[^\s)]+)\)/g,
      (_match, content, href) => `<a href="${href}">${content}</a>`,
    );

/** The headings in a description: its lines that begin with `## `. */
export const headingsIn = (text: string): readonly string[] =>
  text.split('\n\n').flatMap((part) => (part.startsWith('## ') ? [part.slice('## '.length)] : []));

/** A description: headings, and paragraphs between blank lines. */
export const prose = (text: string | undefined): string =>
  (text ?? '')
    .split('\n\n')
    .filter((part) => part !== '')
    .map((part) => {
      if (!part.startsWith('## ')) return `<p>${inline(part)}</p>`;
      const heading = part.slice('## '.length);
      return `<h2 id="${escapeHtml(anchorOf(heading))}">${inline(heading)}</h2>`;
    })
    .join('');

const cells = (tag: string, texts: readonly string[], attributes = '') =>
  `<tr>${texts.map((text) => `<${tag}${attributes}>${text}</${tag}>`).join('')}</tr>`;

/** A table as HTML, with a name for screen readers. Without rows it is empty. */
export function table(name: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const body = rows.map((row) => cells('td', row)).join('');
  return `<div class="wide stack" role="group" aria-label="${escapeHtml(name)}" tabindex="0"><table><thead>${cells('th', head, ' scope="col"')}</thead><tbody>${body}</tbody></table></div>`;
}
