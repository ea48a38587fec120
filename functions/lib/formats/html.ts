const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it, also within a quoted attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] as string);

/** The same with its line ends. */
export const escapeLines = (text: string): string => escapeHtml(text).replace(/\r\n?|\n/g, '<br>');

/** @param address http or https: nothing else is taken into the record */
export const htmlLink = (address: string, text: string): string =>
  `<a href="${escapeHtml(address)}">${escapeHtml(text)}</a>`;
