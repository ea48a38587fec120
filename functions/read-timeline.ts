import * as z from 'zod';
import type { CardFilters } from '../events/card.ts';
import { statusSchema } from '../events/catalogue/fields/status.ts';
import { catalogue } from '../events/catalogue/index.ts';
import { InvalidInput } from '../events/errors.ts';
import { parseRange, type Range } from '../events/range.ts';
import { liveCaching } from './lib/caching.ts';
import { readCursor, writeCursor } from './lib/cursor.ts';
import { type Answer, type Request, readRoute } from './lib/http.ts';
import { limitSchema } from './lib/limit.ts';
import { nextLink } from './lib/next-link.ts';
import { queryParameters } from './lib/query-parameters.ts';
import { timelinePage } from './lib/timeline-page.ts';
import { type Checkpoint, type FacetHead, readCheckpoint, readCheckpointAndHeads, readHeads } from './lib/timelines.ts';

/** After an advance, other replicas may lag behind for so long that only a consistent read is sure to show it. */
const settlingMs = 10_000;

const eventTypes = Object.keys(catalogue);
const statuses = statusSchema.options;
const text = z.string().optional();

const querySchema = z.strictObject({
  from: text,
  to: text,
  date: text,
  tz: text,
  match: text,
  story: text,
  type: z.enum(eventTypes, `Is one of ${eventTypes.join(', ')}.`).optional(),
  place: text,
  actor: text,
  topic: text,
  status: z.enum(statuses, `Is one of ${statuses.join(', ')}.`).optional(),
  order: z.enum(['asc', 'desc'], 'Is asc or desc.').default('asc'),
  limit: limitSchema,
  cursor: text,
});

type Query = z.output<typeof querySchema>;

/** The facets of which each holds all that the query can find. */
function facetsOfQuery({ story, type, place, actor }: Query): string[] {
  const filters = [
    ['S', story],
    ['T', type],
    ['P', place],
    ['A', actor],
  ];
  const facets = filters.filter(([, value]) => value !== undefined).map(([letter, value]) => `${letter}#${value}`);
  return facets.length > 0 ? facets : ['ALL'];
}

const accepts =
  ({ story, type, place, actor, topic, status }: Query) =>
  (card: CardFilters): boolean =>
    (story === undefined || card.stories.includes(story)) &&
    (type === undefined || card.type === type) &&
    (place === undefined || card.places.includes(place)) &&
    (actor === undefined || card.actors.includes(actor)) &&
    (topic === undefined || card.topics.includes(topic)) &&
    (status === undefined || card.status === status);

interface Start {
  readonly checkpoint: Checkpoint;
  /** The facet with the fewest entries; null if nothing ever was in one of those asked for. */
  readonly head: FacetHead | null;
  readonly consistent: boolean;
}

/**
 * Where to read: checkpoint and heads, in one round trip where both have stood for a while. A moment after a change a replica may
 * have one of them and not the other: then the heads are read again, consistently and after the checkpoint, and so are at least
 * as new. The checkpoint is read again only if it lags behind the moment asked for.
 */
async function startOf(facets: readonly string[], now: number, asOf: string): Promise<Start> {
  let { checkpoint, heads } = await readCheckpointAndHeads(facets);
  const lags = checkpoint.publishedAt < asOf;
  if (lags) checkpoint = await readCheckpoint();
  const consistent = lags || now - Date.parse(checkpoint.advancedAt) < settlingMs;
  if (consistent) heads = await readHeads(checkpoint.generation, facets, true);
  const known = [...heads.values()];
  const fewest = (one: FacetHead, other: FacetHead) => (other.entries < one.entries ? other : one);
  return { checkpoint, head: known.length < facets.length ? null : known.reduce(fewest), consistent };
}

async function pageOf(query: Query, range: Range, asOf: string, after: string | null, start: Start) {
  const { head, checkpoint, consistent } = start;
  if (!head) return { entries: [], next: null };
  return timelinePage({
    generation: checkpoint.generation,
    head,
    accepts: accepts(query),
    range,
    descending: query.order === 'desc',
    limit: query.limit,
    asOf,
    after,
    consistent,
  });
}

/** Answers what happened in a range of dates, as the record stood at one moment for all pages of a walk. */
async function readTimeline(request: Request): Promise<Answer> {
  const query = queryParameters(request.rawQuery, querySchema);
  const range = parseRange(query);
  const bound = { ...query, limit: undefined };
  const cursor = query.cursor === undefined ? null : readCursor(query.cursor, bound);
  const start = await startOf(facetsOfQuery(query), request.now, cursor?.asOf ?? '');
  const asOf = cursor?.asOf ?? start.checkpoint.publishedAt;
  if (asOf > start.checkpoint.publishedAt) {
    throw new InvalidInput([{ parameter: 'cursor', detail: 'Is of a moment that the record has not come to.' }]);
  }
  const { entries, next } = await pageOf(query, range, asOf, cursor?.after ?? null, start);
  const nextCursor = next === null ? null : writeCursor({ asOf, after: next }, bound);
  const { from, to, tz, match } = range;
  const rest = JSON.stringify({ range: { from, to, tz, match }, asOf, nextCursor });
  return {
    status: 200,
    headers: {
      ...liveCaching,
      'content-type': 'application/json',
      ...nextLink(request.path, request.rawQuery, 'cursor', nextCursor),
    },
    body: `{"entries":[${entries.join(',')}],${rest.slice(1)}`,
  };
}

export const handler = readRoute(readTimeline);
