const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it, also within a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.toWellFormed().replace(/[&<>"']/g, (sign) => entities[sign] as string);

/** The same with its line ends. */
export const escapeLines = (text: string): string => escapeHtml(text).replace(/\r\n?|\n/g, '<br>');

/** A link to an address of http or https: nothing else is taken into the record. Sanitizers drop addresses with a `<` in them. */
export const htmlLink = (address: string, text: string): string =>
  `<a href="${escapeHtml(URL.parse(address)?.href ?? address)}">${escapeHtml(text)}</a>`;
