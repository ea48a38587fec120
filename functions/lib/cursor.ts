import { createHash } from 'node:crypto';
import * as z from 'zod';
import { InvalidInput } from '../../events/errors.ts';

const version = 1;

const cursorSchema = z.tuple([
  z.literal(version),
  z.string(),
  z.iso.datetime(),
  z.string().regex(/^\d{15}#\d{15}#evt_[a-z2-7]{26}$/),
]);

/** Where a walk goes on: the moment that its first page pinned, and the order of the last entry looked at. */
export interface Cursor {
  readonly asOf: string;
  readonly after: string;
}

/** What a cursor is bound to: the query without cursor and limit, whatever the order of its parameters. */
function fingerprintOf(query: Readonly<Record<string, string | undefined>>): string {
  const { cursor: _cursor, limit: _limit, ...rest } = query;
  const sorted = Object.entries(rest).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 16);
}

/** The cursor as text that means nothing to a client, bound to the query that it continues. */
export function writeCursor(cursor: Cursor, query: Readonly<Record<string, string | undefined>>): string {
  const fields = [version, fingerprintOf(query), cursor.asOf, cursor.after];
  return Buffer.from(JSON.stringify(fields)).toString('base64url');
}

/**
 * The cursor that a client sent back.
 *
 * @throws InvalidInput naming `cursor`, if it is none of ours or belongs to another query
 */
export function readCursor(text: string, query: Readonly<Record<string, string | undefined>>): Cursor {
  const refuse = (detail: string) => new InvalidInput([{ parameter: 'cursor', detail }]);
  let fields: unknown;
  try {
    fields = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw refuse('Is not a cursor of this timeline; take nextCursor as it is, or begin without one.');
  }
  const parsed = cursorSchema.safeParse(fields);
  if (!parsed.success)
    throw refuse('Is not a cursor of this timeline; take nextCursor as it is, or begin without one.');
  const [, fingerprint, asOf, after] = parsed.data;
  if (fingerprint !== fingerprintOf(query))
    throw refuse('Belongs to another query; repeat the parameters of the first page.');
  return { asOf, after };
}
