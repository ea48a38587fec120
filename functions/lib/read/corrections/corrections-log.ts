import * as z from 'zod';
import { everythingFacet, storyFacet } from '../../../../events/filters/facet-keys.ts';
import { justBefore } from '../../../../events/publication-times.ts';
import { fittingTexts } from '../../http/answer-size.ts';
import { assertNotFuture } from '../../http/as-of.ts';
import { readCursor, writeCursor } from '../../http/cursor.ts';
import { type Checkpoint, readCheckpoint } from '../../timelines/checkpoint.ts';
import { readCorrections } from '../../timelines/corrections.ts';
import { readCheckpointAndHeads } from '../../timelines/heads.ts';
import { mayChange, parkedOf } from '../../timelines/parked.ts';
import { isSettling } from '../cards/snapshot.ts';
import { type correctionsQuerySchema, publishedWithin } from './corrections.ts';

type Query = z.output<typeof correctionsQuerySchema>;

/**
 * When the last line of the previous page was published. The log is read from its end, so new lines come before the
 * first page.
 */
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

/** A page of the log of corrections. */
interface CorrectionsPage {
  /** Lines as JSON text, the newest first. */
  readonly lines: readonly string[];
  readonly nextCursor: string | null;
  /** Whether no later event can change the page. */
  readonly immutable: boolean;
}

/**
 * Reads a page of the log of corrections, the newest first.
 *
 * @param now epoch milliseconds
 * @throws {InvalidInput} naming the parameter
 */
export async function readCorrectionsLog(query: Query, now: number): Promise<CorrectionsPage> {
  const { first, last } = publishedWithin(query);
  const bound = { list: 'corrections', ...query };
  const [after = null] = query.cursor === undefined ? [] : readCursor(query.cursor, bound, cursorSchema);
  // No line older than the cursor, or than the instant that is named, can be added, unless an entry is parked and
  // projected later.
  const until = earliest([
    afterAll,
    ...(after === null ? [] : [justBefore(after)]),
    ...(query.asOf ? [query.asOf] : []),
  ]);
  const isPast = until !== afterAll;
  const { checkpoint, settling } = await checkpointSince(isPast ? until : '', now);
  const { generation, publishedAt, parked } = checkpoint;
  assertNotFuture(query.asOf, now, publishedAt);
  const facets = query.story?.map(storyFacet) ?? [everythingFacet];
  const mayBeAdded =
    parked > 0 && (await Promise.all(facets.map((facet) => mayChange(generation, facet)))).includes(true);
  const immutable = isPast && (after ?? until) < publishedAt && !mayBeAdded;
  const read = await readCorrections(
    generation,
    facets,
    { first, last: earliest([last, publishedAt, until]) },
    query.limit,
    settling || immutable ? 'consistent' : 'eventual',
  );
  // Each log is read up to 1 MB, and several are merged.
  const lines = fittingTexts(read.lines, ({ text }) => text);
  const more = read.more || lines.length < read.lines.length;
  // A parked entry may have left a line.
  const hidden = mayBeAdded ? await parkedOf(generation, lines.map(entryOfLine)) : new Set<number>();
  const shown = lines.filter(({ position }) => !hidden.has(position));
  const end = more ? lines.at(-1) : undefined;
  return {
    lines: shown.map(({ text }) => text),
    nextCursor: end ? writeCursor([end.publishedAt], bound) : null,
    immutable,
  };
}
