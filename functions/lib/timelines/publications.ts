import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { everythingFacet } from '../../../events/filters/facet-keys.ts';
import { maximumFacetBytes } from '../../../events/input/limits.ts';
import { type Place, type RevisionKind, revisionKinds } from '../../../events/revision.ts';
import type { Publication } from '../../../events/timeline/projection.ts';
import { batchGet } from '../runtime/batch-get.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { type Consistency, isConsistent } from '../runtime/consistency.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { putAbsent } from '../runtime/put-absent.ts';
import { retryCalls } from '../runtime/retry.ts';
import { type Item, type ItemKey, keyOfItem, storedItem } from '../runtime/stored-item.ts';
import { firstPublicationSortKey, publicationsKey, timelinesTable } from './timelines-table.ts';

const writesAtOnce = 32;

/**
 * `n` is the position, `e` the event id, `r` the revision, `k` its kind, and `until` when the next revision of the
 * event was published. `x` says that the content of the revision was taken down. The sort key is publishedAt. Version 1
 * was sorted by position and had no `until`.
 */
const publications = storedItem({
  kind: 'publication',
  version: 2,
  schema: () =>
    z.object({
      n: z.int(),
      e: z.string(),
      r: z.int(),
      k: z.enum(revisionKinds),
      until: z.string().exactOptional(),
      x: z.literal(true).exactOptional(),
    }),
});

/** A revision in the list of a facet by publication. */
export type ListedPublication = Omit<Publication, 'facet'>;

/** The key of a revision in the list of a facet by publication. */
export const publicationKey = (
  generation: string,
  { facet, publishedAt }: Pick<Publication, 'facet'> & Pick<Place, 'publishedAt'>,
): ItemKey => ({
  pk: publicationsKey(generation, facet),
  sk: publishedAt,
});

/** A revision in the list of a facet by when it was published. */
export function publicationItem(generation: string, publication: Publication): Item {
  const { position, eventId, revision, kind, publishedUntil, isTakenDown } = publication;
  return publications.write(publicationKey(generation, publication), {
    n: position,
    e: eventId,
    r: revision,
    k: kind,
    ...(publishedUntil !== undefined && { until: publishedUntil }),
    ...(isTakenDown && { x: isTakenDown }),
  });
}

/**
 * Lists revisions by when they were published. A revision that was replaced is listed again, with the instant. A late
 * writer who does not know that it was replaced changes nothing.
 */
export async function putPublications(generation: string, listed: readonly Publication[]): Promise<void> {
  const isLatest = ({ publishedUntil }: Publication) => publishedUntil === undefined;
  const latest = listed.filter(isLatest).map((publication) => publicationItem(generation, publication));
  const replaced = listed.filter((publication) => !isLatest(publication));
  await putAbsent(timelinesTable, latest);
  await inParallel(replaced, writesAtOnce, (publication) => {
    const put = new PutItemCommand({ TableName: timelinesTable, Item: publicationItem(generation, publication) });
    return retryCalls(() => dynamodb.send(put));
  });
}

/** Whether a revision was the latest of its event at an instant, and may be shown. */
export const isCurrentAt = ({ publishedUntil = '~', isTakenDown }: ListedPublication, instant: string): boolean =>
  publishedUntil > instant && !isTakenDown;

/**
 * Those of some instants at which a revision was published whose content was taken down since.
 *
 * @param instants RFC 3339
 */
export async function takenDownAmong(
  generation: string,
  instants: readonly string[],
  consistency: Consistency,
): Promise<ReadonlySet<string>> {
  const keys = instants.map((publishedAt) =>
    marshall(publicationKey(generation, { facet: everythingFacet, publishedAt })),
  );
  const lines = await batchGet(timelinesTable, keys, consistency);
  return new Set(lines.filter((line) => publications.read(line).x).map((line) => keyOfItem(line).sk));
}

/** The lines of a facet's list by publication from a sort key up to an instant. */
const linesUpTo = (generation: string, facet: string, last: string, first = firstPublicationSortKey) => ({
  TableName: timelinesTable,
  KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
  ExpressionAttributeValues: {
    ':pk': { S: publicationsKey(generation, facet) },
    ':first': { S: first },
    ':last': { S: last },
  },
});

/** Of lines that are looked at, those of some kinds. */
function ofKinds(
  { ExpressionAttributeValues, ...lines }: ReturnType<typeof linesUpTo>,
  kinds: readonly RevisionKind[],
) {
  const names = kinds.map((_, index) => `:kind${index}`);
  return {
    ...lines,
    FilterExpression: `k IN (${names.join(', ')})`,
    ExpressionAttributeValues: {
      ...ExpressionAttributeValues,
      ...Object.fromEntries(kinds.map((kind, index) => [names[index], { S: kind }])),
    },
  };
}

/**
 * Reads the list of a facet by publication from its end: what was published up to an instant, the newest first, up to a
 * limit or 1 MB.
 *
 * @param last RFC 3339, inclusive
 * @param limit of the lines that are looked at, whatever their kind
 * @param only.after RFC 3339: what was published by then is not read
 * @param only.kinds others are looked at, but do not leave the table
 */
export async function readPublications(
  generation: string,
  facet: string,
  last: string,
  limit: number,
  consistency: Consistency,
  { after, kinds }: { readonly after?: string; readonly kinds?: readonly RevisionKind[] } = {},
): Promise<{ publications: ListedPublication[]; more: boolean }> {
  const first = after === undefined ? firstPublicationSortKey : `${after}~`;
  if (last < first || Buffer.byteLength(facet) > maximumFacetBytes) return { publications: [], more: false };
  const lines = linesUpTo(generation, facet, last, first);
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      ...(kinds ? ofKinds(lines, kinds) : lines),
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: isConsistent(consistency),
    }),
  );
  const listed = Items.map((item): ListedPublication => {
    const { n: position, e: eventId, r: revision, k: kind, until, x: isTakenDown } = publications.read(item);
    const line = { publishedAt: keyOfItem(item).sk, position, eventId, revision, kind };
    return { ...line, ...(until !== undefined && { publishedUntil: until }), ...(isTakenDown && { isTakenDown }) };
  });
  return { publications: listed, more: LastEvaluatedKey !== undefined };
}

/**
 * When the first revision of a facet was published, RFC 3339; null if none was by an instant.
 *
 * @param last RFC 3339, inclusive
 */
export async function firstPublishedIn(
  generation: string,
  facet: string,
  last: string,
  consistency: Consistency,
): Promise<string | null> {
  if (last < firstPublicationSortKey || Buffer.byteLength(facet) > maximumFacetBytes) return null;
  const { Items: [first] = [] } = await dynamodb.send(
    new QueryCommand({ ...linesUpTo(generation, facet, last), Limit: 1, ConsistentRead: isConsistent(consistency) }),
  );
  return first ? keyOfItem(first).sk : null;
}
