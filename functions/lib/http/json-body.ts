import { InvalidInput, TooLarge } from '../../../events/input/errors.ts';
import { UnsupportedMediaType } from './http-errors.ts';
import { parseJson } from './parse-json.ts';
import type { Request } from './request.ts';

const maximumRequestBytes = 1_048_576;
const utf8 = /^"?utf-?8"?$/i;

function charsetOf(parameters: readonly string[]): string | undefined {
  return parameters.map((parameter) => /^\s*charset\s*=\s*(.*?)\s*$/i.exec(parameter)?.[1]).find(Boolean);
}

/** U+FFFD has another length than most of what it stands for. */
function assertDecodedFaithfully({ body, bodyWasDecoded, headers }: Request): void {
  const sent = headers['content-length'];
  if (!bodyWasDecoded || sent === undefined || Number(sent) === body.length) return;
  const detail = `The body is not UTF-8: of its ${sent} bytes not all belong to a character.`;
  throw new InvalidInput([{ pointer: '', detail }]);
}

/**
 * The media type of the body, in lower case and without parameters, if it is one of those accepted.
 *
 * @throws {UnsupportedMediaType} for any other type, charset or content coding
 */
export function mediaTypeOf(request: Request, accepted: readonly string[]): string {
  const coding = request.headers['content-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'identity') {
    throw new UnsupportedMediaType('Send the body as it is, without Content-Encoding.', 'accept-encoding', [
      'identity',
    ]);
  }
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').split(';');
  const mediaType = type.trim().toLowerCase();
  if (!accepted.includes(mediaType)) {
    throw new UnsupportedMediaType(`Send the body as Content-Type: ${accepted.join(', or ')}.`, 'accept', accepted);
  }
  const charset = charsetOf(parameters);
  if (charset !== undefined && !utf8.test(charset)) {
    throw new UnsupportedMediaType('JSON is UTF-8 (RFC 8259): send it so.', 'accept', accepted);
  }
  return mediaType;
}

/**
 * The JSON value of the body.
 *
 * @throws {TooLarge} above 1 MB
 * @throws {UnsupportedMediaType} if it is not one of the media types accepted
 * @throws {InvalidInput} if it is not UTF-8, or not JSON that can be kept as it is
 */
export function jsonBody(request: Request, accepted: readonly string[] = ['application/json']): unknown {
  mediaTypeOf(request, accepted);
  if (request.body.length > maximumRequestBytes) {
    throw new TooLarge(`A request holds at most ${maximumRequestBytes} bytes; this one has ${request.body.length}.`);
  }
  assertDecodedFaithfully(request);
  return parseJson(request.body);
}
