import { escapeHtml } from '../formats/html.ts';

/** Text with what stands in backticks as code, and blank lines between paragraphs. */
export const prose = (text: string | undefined): string =>
  (text ?? '')
    .split('\n\n')
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => `<p>${inline(paragraph)}</p>`)
    .join('');

/** The same within a line. */
export const inline = (text: string | undefined): string =>
  escapeHtml(text ?? '').replace(/`([^`]+)`/g, (_match, code) => `<code>${code}</code>`);

export const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;

/** A block of code. Whoever reads it by keyboard can scroll it. */
export const block = (text: string): string => `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>`;

/** What opens when it is asked for. */
export const details = (summary: string, content: string): string =>
  `<details><summary>${summary}</summary>${content}</details>`;

const cells = (tag: string, texts: readonly string[], attributes = '') =>
  `<tr>${texts.map((text) => `<${tag}${attributes}>${text}</${tag}>`).join('')}</tr>`;

/** A table; nothing if it has no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const body = rows.map((row) => cells('td', row)).join('');
  return `<div class="wide" tabindex="0"><table><thead>${cells('th', head, ' scope="col"')}</thead><tbody>${body}</tbody></table></div>`;
}
