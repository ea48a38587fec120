import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import Negotiator from 'negotiator';

/** A smaller body fits into one packet as it is. */
const smallestBytes = 1_024;

/** At 11 a body becomes a fifth smaller, and takes seventy times as long. */
const brotliQuality = 5;

const codings = {
  br: (body: Buffer) =>
    brotliCompressSync(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  gzip: (body: Buffer) => gzipSync(body),
};

/** A content coding (RFC 9110, 8.4.1). */
export type ContentCoding = keyof typeof codings;

/** The codings of answers, the better one first. */
export const contentCodings = Object.keys(codings) as ContentCoding[];

/** A body compressed by a coding that the client accepts; null if it accepts none, or the body is small. */
export function encode(
  body: Buffer,
  acceptEncoding: string | undefined,
): { coding: ContentCoding; bytes: Buffer } | null {
  if (acceptEncoding === undefined || body.length < smallestBytes) return null;
  const accepted = new Negotiator({ headers: { 'accept-encoding': acceptEncoding } }).encodings(contentCodings);
  const coding = contentCodings.find((one) => accepted.includes(one));
  return coding ? { coding, bytes: codings[coding](body) } : null;
}
