import * as z from 'zod';
import { InvalidInput } from '../../../events/input/errors.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';

/** Where a walk through a timeline goes on. */
export interface TimelinePlace {
  /** The moment that its first page pinned; RFC 3339. */
  readonly pinned: string;
  /** The order of the last entry looked at. */
  readonly after: string;
}

interface Query {
  readonly asOf?: string | undefined;
  readonly cursor?: string | undefined;
}

const placeSchema = z.tuple([z.iso.datetime(), z.iso.datetime(), z.string().regex(/^\d{15}#\d{15}#evt_[a-z2-7]{26}$/)]);

/** A walk may name the moment that its first page told: the cursor is the same with it as without, to the byte. */
const boundTo = (list: string, query: Query) => ({ ...query, list, asOf: undefined });

/** The cursor that continues a walk. */
export function writeTimelineCursor(list: string, { pinned, after }: TimelinePlace, query: Query): string {
  return writeCursor([pinned, query.asOf ?? pinned, after], boundTo(list, query));
}

/**
 * Where the cursor in a query says that the walk goes on; null without one.
 *
 * @throws InvalidInput naming `cursor`
 */
export function readTimelineCursor(list: string, query: Query): TimelinePlace | null {
  if (query.cursor === undefined) return null;
  const [pinned, asked, after] = readCursor(query.cursor, boundTo(list, query), placeSchema);
  if (asked === (query.asOf ?? pinned)) return { pinned, after };
  const detail = 'Belongs to a walk as of another moment; repeat the parameters of the first page.';
  throw new InvalidInput([{ parameter: 'cursor', detail }]);
}
