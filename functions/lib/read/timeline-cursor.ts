import * as z from 'zod';
import { InvalidInput } from '../../../events/input/errors.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';

/** Where a walk through a timeline continues. */
export interface TimelinePlace {
  /** The moment that its first page pinned; RFC 3339. */
  readonly pinned: string;
  /** The order of the last entry of the previous page. */
  readonly after: string;
}

interface Query {
  readonly asOf?: string | undefined;
  readonly cursor?: string | undefined;
}

const placeSchema = z.tuple([z.iso.datetime(), z.iso.datetime(), z.string().regex(/^\d{15}#\d{15}#evt_[a-z2-7]{26}$/)]);

/** Leaves out `asOf`: a client may add the one that the first page showed, and the cursors stay the same, to the byte. */
const boundTo = (list: string, query: Query) => ({ ...query, list, asOf: undefined });

/** The cursor that continues a walk. */
export function writeTimelineCursor(list: string, { pinned, after }: TimelinePlace, query: Query): string {
  return writeCursor([pinned, query.asOf ?? pinned, after], boundTo(list, query));
}

/**
 * The place that the cursor of a query holds; null without a cursor.
 *
 * @throws {InvalidInput} naming `cursor`
 */
export function readTimelineCursor(list: string, query: Query): TimelinePlace | null {
  if (query.cursor === undefined) return null;
  const [pinned, requested, after] = readCursor(query.cursor, boundTo(list, query), placeSchema);
  if (requested === (query.asOf ?? pinned)) return { pinned, after };
  const detail = 'Belongs to a walk as of another instant. Repeat the parameters of the first page.';
  throw new InvalidInput([{ parameter: 'cursor', detail }]);
}
