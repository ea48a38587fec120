/** The longest line without its break (RFC 5545 §3.1). */
const maximumOctets = 75;
const lineBreak = '\r\n';

/** Characters that no value can hold (RFC 5545 §3.1, CONTROL), except the line break, which is escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must be removed
const controls = /[\u0000-\u0008\u000B-\u001F\u007F]/g;

const continues = (octet: number | undefined) => octet !== undefined && (octet & 0b1100_0000) === 0b1000_0000;

/** A line, folded between characters. All parts but the first begin with a space that is not part of the text. */
function folded(line: string): string {
  const octets = Buffer.from(line);
  const lines: string[] = [];
  for (let start = 0; start < octets.length || start === 0; ) {
    let end = Math.min(octets.length, start + maximumOctets - (start === 0 ? 0 : 1));
    while (continues(octets[end])) end -= 1;
    lines.push(octets.toString('utf8', start, end));
    start = end;
  }
  return lines.join(`${lineBreak} `);
}

/** A value of type TEXT (RFC 5545 §3.3.11): half surrogate pairs become U+FFFD, and control characters are removed. */
export const textValue = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(controls, '')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');

/** A value of type DATE-TIME in UTC (RFC 5545 §3.3.5). The year must be from 0 to 9999. */
export const dateTimeValue = (instant: Date): string => `${instant.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/** A value of type DATE (RFC 5545 §3.3.4), of a day that is given by its midnight in UTC. */
export const dateValue = (midnight: Date): string => dateTimeValue(midnight).slice(0, 8);

/**
 * A line of a calendar with its break.
 *
 * @param name the property, with its parameters if it has any
 * @param value escaped, as the functions of this file do it
 */
export const contentLine = (name: string, value: string): string => `${folded(`${name}:${value}`)}${lineBreak}`;
