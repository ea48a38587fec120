const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text escaped for HTML, also within a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.toWellFormed().replace(/[&<>"']/g, (sign) => entities[sign] as string);

/** The same with line breaks as `<br>`. */
export const escapeLines = (text: string): string => escapeHtml(text).replace(/\r\n?|\n/g, '<br>');

/**
 * A link to an http or https address; the record has no others. It is normalized, since sanitizers drop addresses with
 * a `<`.
 */
export const htmlLink = (address: string, text: string): string =>
  `<a href="${escapeHtml(URL.parse(address)?.href ?? address)}">${escapeHtml(text)}</a>`;
