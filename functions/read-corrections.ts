import * as z from 'zod';
import { everythingFacet, storyFacet } from '../events/filters/facet-keys.ts';
import { justBefore } from '../events/publication-times.ts';
import type { Answer } from './lib/http/answer.ts';
import { answerText } from './lib/http/answer.ts';
import { assertNotFuture } from './lib/http/as-of.ts';
import { immutableCaching, liveCaching } from './lib/http/caching.ts';
import { readCursor, writeCursor } from './lib/http/cursor.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import type { CorrectionsAnswer } from './lib/read/corrections.ts';
import { correctionsQuerySchema, publishedWithin } from './lib/read/corrections.ts';
import { isSettling } from './lib/read/snapshot.ts';
import { publicRoute } from './lib/route/route.ts';
import { type Checkpoint, readCheckpoint } from './lib/timelines/checkpoint.ts';
import { readCorrections } from './lib/timelines/corrections.ts';
import { readCheckpointAndHeads } from './lib/timelines/heads.ts';
import { mayChange, parkedOf } from './lib/timelines/parked.ts';

/** When the last line of the previous page was published. The log is read from its end, so new lines come before the first page. */
const cursorSchema = z.tuple([z.iso.datetime()]);

/** The checkpoint, at least as new as a moment, and whether other replicas may lag behind it. */
async function checkpointSince(moment: string, now: number): Promise<{ checkpoint: Checkpoint; settling: boolean }> {
  const { checkpoint } = await readCheckpointAndHeads([]);
  if (checkpoint.publishedAt < moment) return { checkpoint: await readCheckpoint(), settling: true };
  return { checkpoint, settling: isSettling(checkpoint, now) };
}

/** Sorts after every instant. */
const afterAll = '~';

const earliest = (instants: readonly string[]) => instants.reduce((one, other) => (other < one ? other : one));

/** The entry of the feed that a line is about. */
const entryOfLine = ({ position, text }: { readonly position: number; readonly text: string }) => ({
  position,
  eventId: JSON.parse(text).id as string,
});

/** Answers the log of corrections, the newest first. */
async function readCorrectionsLog(request: Request): Promise<Answer> {
  const query = queryParameters(request, correctionsQuerySchema);
  const { first, last } = publishedWithin(query);
  const bound = { list: 'corrections', ...query };
  const [after = null] = query.cursor === undefined ? [] : readCursor(query.cursor, bound, cursorSchema);
  // No line older than the cursor, or than the instant that is named, can be added, unless an entry is parked and projected later.
  const until = earliest([
    afterAll,
    ...(after === null ? [] : [justBefore(after)]),
    ...(query.asOf ? [query.asOf] : []),
  ]);
  const isPast = until !== afterAll;
  const { checkpoint, settling } = await checkpointSince(isPast ? until : '', request.now);
  const { generation, publishedAt, parked } = checkpoint;
  assertNotFuture(query.asOf, request.now, publishedAt);
  const facets = query.story?.map(storyFacet) ?? [everythingFacet];
  const mayBeAdded =
    parked > 0 && (await Promise.all(facets.map((facet) => mayChange(generation, facet)))).includes(true);
  const immutable = isPast && (after ?? until) < publishedAt && !mayBeAdded;
  const { lines, more } = await readCorrections(
    generation,
    facets,
    { first, last: earliest([last, publishedAt, until]) },
    query.limit,
    settling || immutable,
  );
  // A parked entry may have left a line.
  const hidden = mayBeAdded ? await parkedOf(generation, lines.map(entryOfLine)) : new Set<number>();
  const shown = lines.filter(({ position }) => !hidden.has(position));
  const end = more ? lines.at(-1) : undefined;
  const nextCursor = end ? writeCursor([end.publishedAt], bound) : null;
  return {
    status: 200,
    headers: {
      ...(immutable ? immutableCaching : liveCaching),
      'content-type': 'application/json',
      ...nextLink(request, 'cursor', nextCursor),
    },
    body: answerText<CorrectionsAnswer, 'corrections'>(
      'corrections',
      shown.map(({ text }) => text),
      { nextCursor },
    ),
  };
}

export const handler = publicRoute(readCorrectionsLog);
