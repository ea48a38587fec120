import { deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';

/**
 * Texts are short: with the smaller window DEFLATE sets up less memory for each, and takes two thirds of the time for
 * the same bytes.
 */
const options = { windowBits: 11, memLevel: 5 };

/** A text by raw DEFLATE (RFC 1951). */
export const deflated = (text: string): Uint8Array<ArrayBuffer> => deflateRawSync(text, options);

/**
 * The text of what `deflated` returned, in this release or an earlier one.
 *
 * @throws {Error} when it is something else
 */
export const inflated = (bytes: Uint8Array): string => inflateRawSync(bytes).toString();

/** Text in an attribute that is a string, or gzip (RFC 1952) if the text has more than so many bytes. */
export function storedText(maximumPlainBytes: number) {
  return z.codec(z.union([z.string(), z.instanceof(Uint8Array)]), z.string(), {
    decode(stored, context) {
      if (typeof stored === 'string') return stored;
      try {
        return gunzipSync(stored).toString();
      } catch {
        context.issues.push({ code: 'custom', input: stored, message: 'is not gzip' });
        return z.NEVER;
      }
    },
    encode: (text) => (Buffer.byteLength(text) > maximumPlainBytes ? gzipSync(text, options) : text),
  });
}

/** An attribute that `storedText` describes, with the text as it is; unchanged if it is damaged. */
export function plainText(attribute: AttributeValue): AttributeValue {
  if (attribute.B === undefined) return attribute;
  try {
    return { S: gunzipSync(attribute.B).toString() };
  } catch {
    return attribute;
  }
}

/** gzip ends with the size of what was compressed. */
const sizeBytes = 4;

/** The bytes of a text in an attribute that `storedText` describes, known without making it plain; 0 without one. */
export function textBytesOf(attribute: AttributeValue | undefined): number {
  if (attribute?.S !== undefined) return Buffer.byteLength(attribute.S);
  const bytes = Buffer.from(attribute?.B ?? []);
  return bytes.length < sizeBytes ? 0 : bytes.readUInt32LE(bytes.length - sizeBytes);
}
