import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { InvalidInput } from '../../../events/input/errors.ts';
import { environment } from '../runtime/environment.ts';

const secret = environment('CURSOR_SECRET');

/** Cursors of another layout are refused rather than misread. */
const version = '2';
const fingerprintBytes = 12;
/** Half of SHA-256, as RFC 2104 allows: nobody guesses 128 bits. */
const signatureBytes = 16;

/** What a cursor belongs to, read from its parameters. */
type Query = Readonly<Record<string, unknown>>;

const sealedSchema = z.tuple([z.literal(version), z.string(), z.array(z.string())]);

const foreign = 'Is not a cursor of this list; take nextCursor as it is, or begin without one.';
const misplaced = 'Belongs to another query; repeat the parameters of the first page.';

/** The query without cursor and limit, whatever the order of its parameters. */
function fingerprintOf(query: Query): string {
  const { cursor: _cursor, limit: _limit, ...rest } = query;
  const stated = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify(stated))
    .digest()
    .subarray(0, fingerprintBytes)
    .toString('base64url');
}

const signatureOf = (payload: Buffer) =>
  createHmac('sha256', secret).update(payload).digest().subarray(0, signatureBytes);

function opened(text: string): unknown {
  const bytes = Buffer.from(text, 'base64url');
  // Decoding passes over what is not base64url: there must be one text for each cursor.
  if (bytes.toString('base64url') !== text || bytes.length <= signatureBytes) return undefined;
  const payload = bytes.subarray(signatureBytes);
  if (!timingSafeEqual(bytes.subarray(0, signatureBytes), signatureOf(payload))) return undefined;
  return JSON.parse(payload.toString());
}

/**
 * Where a list goes on, as text that means nothing to a client: it can neither be made nor changed without the key of the
 * stack, and serves the query that it continues only.
 *
 * @param fields what `readCursor` is to give back
 * @param query the parameters, of which `cursor` and `limit` are passed over, and whatever else must not change
 */
export function writeCursor(fields: readonly string[], query: Query): string {
  const payload = Buffer.from(JSON.stringify([version, fingerprintOf(query), fields]));
  return Buffer.concat([signatureOf(payload), payload]).toString('base64url');
}

/**
 * The fields of a cursor that a client sent back.
 *
 * @throws InvalidInput naming `cursor`, if it is none of ours or belongs to another query
 */
export function readCursor<Fields>(text: string, query: Query, schema: z.ZodType<Fields>): Fields {
  const refusal = (detail: string) => new InvalidInput([{ parameter: 'cursor', detail }]);
  const sealed = sealedSchema.safeParse(opened(text));
  if (!sealed.success) throw refusal(foreign);
  const [, fingerprint, fields] = sealed.data;
  if (fingerprint !== fingerprintOf(query)) throw refusal(misplaced);
  const parsed = schema.safeParse(fields);
  if (!parsed.success) throw refusal(foreign);
  return parsed.data;
}
