import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import Negotiator from 'negotiator';
import { NotAcceptable } from './http-errors.ts';

/** At 11 a body becomes a fifth smaller, and takes seventy times as long. */
const brotliQuality = 5;

const compress = {
  br: (body: Buffer) =>
    brotliCompressSync(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  gzip: (body: Buffer) => gzipSync(body),
};

/** A content coding (RFC 9110, 8.4.1); `identity` is none. */
export type ContentCoding = keyof typeof compress | 'identity';

/** The codings of responses, the best one first. */
export const contentCodings: readonly ContentCoding[] = ['br', 'gzip', 'identity'];

/** `preferred` decides between codings of the same weight. The published types do not have it yet. */
type Encodings = (available: readonly string[], options: { preferred: readonly string[] }) => string[];

/**
 * The coding that the client prefers by the weights of `Accept-Encoding` (RFC 9110, 12.5.3); of equal ones, our best.
 * It depends on nothing else, so that the tag of a response is known before its body is made.
 *
 * @throws {NotAcceptable} when the client accepts neither a coding that we have nor an uncompressed body
 */
export function selectedCoding(acceptEncoding: string | undefined): ContentCoding {
  if (acceptEncoding === undefined) return 'identity';
  const negotiator = new Negotiator({ headers: { 'accept-encoding': acceptEncoding } });
  const encodings: Encodings = negotiator.encodings.bind(negotiator);
  const [best] = encodings(contentCodings, { preferred: contentCodings });
  const coding = contentCodings.find((one) => one === best);
  if (coding) return coding;
  throw new NotAcceptable(
    `The codings of a response are ${contentCodings.join(', ')}, and Accept-Encoding refuses them all. Accept one of them.`,
  );
}

/** A body in a content coding. */
export function encode(body: string, coding: Exclude<ContentCoding, 'identity'>): Buffer {
  return compress[coding](Buffer.from(body));
}
