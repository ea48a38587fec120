import { parse } from 'content-type';
import { InvalidInput } from '../../../events/input/errors.ts';
import { maximumRequestBytes, requestTooLarge } from '../../../events/input/limits.ts';
import { parseJson } from '../json/parse-json.ts';
import { UnsupportedMediaType } from './http-errors.ts';
import type { Request } from './request.ts';

const utf8 = /^utf-?8$/i;
/** What decoders put in the place of bytes that are not UTF-8. */
const replacement = '\ufffd';

const refusal = (detail: string) => new InvalidInput([{ pointer: '', detail }]);

/**
 * Refuses a body that was not UTF-8 before the gateway decoded it. If it holds U+FFFD, nothing tells whether the client
 * sent that, or bytes that are not UTF-8: a character of four bytes that is cut after three has as many bytes as
 * U+FFFD.
 */
function assertDecodedFaithfully({ body, bodyWasDecoded, headers }: Request): void {
  if (!bodyWasDecoded) return;
  const sent = headers['content-length'];
  if (sent !== undefined && Number(sent) !== body.length) {
    throw refusal(`The body is not UTF-8: not all of its ${sent} bytes belong to a character.`);
  }
  const offset = body.indexOf(replacement);
  if (offset < 0) return;
  const advice = 'Send every character as UTF-8. If you mean U+FFFD itself, write it as \\ufffd.';
  throw refusal(`The body is not UTF-8: the bytes at offset ${offset} were read as U+FFFD. ${advice}`);
}

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

/**
 * The JSON value of the body.
 *
 * @throws {TooLarge} if it is too large
 * @throws {UnsupportedMediaType} if it is not one of the media types accepted
 * @throws {InvalidInput} if it is not UTF-8, or not JSON that can be kept as it is
 */
export function jsonBody(request: Request, accepted: readonly string[] = ['application/json']): unknown {
  mediaTypeOf(request, accepted);
  if (request.body.length > maximumRequestBytes) throw requestTooLarge(request.body.length);
  assertDecodedFaithfully(request);
  return parseJson(request.body);
}
