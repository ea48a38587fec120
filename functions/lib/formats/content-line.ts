/** RFC 5545 §3.1: a line has at most so many, its break not counted. */
const maximumOctets = 75;
const lineBreak = '\r\n';

/** What no value can hold (RFC 5545 §3.1, CONTROL), apart from the line break, which is written in another way. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in a calendar
const controls = /[\u0000-\u0008\u000B-\u001F\u007F]/g;

const continues = (octet: number | undefined) => octet !== undefined && (octet & 0b1100_0000) === 0b1000_0000;

/** Line by line, of which none begins within a character. All but the first begin with a blank that is not part of the text. */
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

/** A value of type TEXT (RFC 5545 §3.3.11), as it is written: half characters are U+FFFD, control characters are left out. */
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
 * @param value as it is to be written
 */
export const contentLine = (name: string, value: string): string => `${folded(`${name}:${value}`)}${lineBreak}`;
