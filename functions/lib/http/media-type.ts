import { parse } from 'content-type';
import { UnsupportedMediaType } from './http-errors.ts';
import type { Request } from './request.ts';

const utf8 = /^utf-?8$/i;

/**
 * The media type of the body, in lower case and without parameters, if it is one of those accepted.
 *
 * @throws {UnsupportedMediaType} for any other type, charset or content coding
 */
export function mediaTypeOf({ headers }: Pick<Request, 'headers'>, accepted: readonly string[]): string {
  const coding = headers['content-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'identity') {
    throw new UnsupportedMediaType('Send the body as it is, without Content-Encoding.', 'accept-encoding', [
      'identity',
    ]);
  }
  const { type, parameters } = parse(headers['content-type'] ?? '');
  if (!accepted.includes(type)) {
    throw new UnsupportedMediaType(`Send the body as Content-Type: ${accepted.join(', or ')}.`, 'accept', accepted);
  }
  if (parameters.charset !== undefined && !utf8.test(parameters.charset)) {
    throw new UnsupportedMediaType('Send the body in UTF-8: JSON has no other charset (RFC 8259).', 'accept', accepted);
  }
  return type;
}
