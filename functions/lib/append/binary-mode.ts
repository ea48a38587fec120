import { eventAttributes } from '../../../events/event.ts';
import type { InputError } from '../../../events/input/errors.ts';
import { InvalidInput } from '../../../events/input/errors.ts';
import type { Request } from '../http/request.ts';

const prefix = 'ce-';

/** In binary mode the media type of the body is that of the data, so no header has it. */
const attributes = Object.keys(eventAttributes).filter((name) => name !== 'datacontenttype');

/** W3C Trace Context allows several headers of this name. */
const repeatable = 'ce-tracestate';

/** CloudEvents HTTP binding 3.1.3.2: remove double quotes, which older senders used, then percent-decode once. */
function decode(header: string, text: string): string {
  const refuse = (detail: string) => new InvalidInput([{ header, detail }]);
  if (!/^[\x20-\x7e]*$/.test(text))
    throw refuse('Has characters that are not printable ASCII. Percent-encode them as UTF-8.');
  const trimmed = text.trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(trimmed)?.[1];
  // The gateway joins headers of one name with commas, so two ids would become a third one.
  if (quoted === undefined && trimmed.includes(',') && header !== repeatable) {
    throw refuse('Is sent more than once, or has a comma. Send it once, and write a comma as %2C.');
  }
  try {
    return decodeURIComponent(quoted?.replace(/\\(.)/g, '$1') ?? trimmed);
  } catch {
    throw refuse('Is not percent-encoded UTF-8. Write % as %25.');
  }
}

/** Whether the request has an event in binary mode: its attributes are in `ce-` headers, and the body is its data. */
export function isBinaryMode(request: Request): boolean {
  return Object.keys(request.headers).some((name) => name.startsWith(prefix));
}

/**
 * The attributes in the `ce-` headers, and the media type of the body as that of the data.
 *
 * @throws {InvalidInput} when a header is unknown or wrongly encoded; the error names it
 */
export function attributesOf(request: Request): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [header, text] of Object.entries(request.headers)) {
    if (!header.startsWith(prefix) || text === undefined) continue;
    const attribute = header.slice(prefix.length);
    if (!attributes.includes(attribute)) {
      const detail = `Is not an attribute of an event. The attributes are: ${attributes.join(', ')}.`;
      throw new InvalidInput([{ header, detail }]);
    }
    found[attribute] = decode(header, text);
  }
  return { ...found, datacontenttype: request.headers['content-type']?.trim() ?? '' };
}

/** An error of an event with its place in a request in binary mode: a header, or a pointer into the data. */
export function placeInBinaryMode(error: InputError): InputError {
  if (!('pointer' in error)) return error;
  const [, member = '', ...rest] = error.pointer.split('/');
  if (member === 'datacontenttype') return { header: 'content-type', detail: error.detail };
  if (member === 'data') return { ...error, pointer: rest.map((token) => `/${token}`).join('') };
  return attributes.includes(member) ? { header: `${prefix}${member}`, detail: error.detail } : error;
}
