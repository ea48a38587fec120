import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type Place, revisionKinds } from '../../../events/revision.ts';
import type { Publication } from '../../../events/timeline/projection.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { type ItemKey, storedItem } from '../runtime/stored-item.ts';
import { publicationSortKey, publicationsKey, timelinesTable } from './timelines-table.ts';

/** `n` is the position, `e` the event id, `r` the revision and `k` its kind. */
const publications = storedItem({
  kind: 'publication',
  version: 1,
  schema: z.object({ n: z.int(), e: z.string(), r: z.int(), k: z.enum(revisionKinds) }),
});

/** The key of a revision in the list of a facet by publication. */
export const publicationKey = (generation: string, facet: string, { position }: Pick<Place, 'position'>): ItemKey => ({
  pk: publicationsKey(generation, facet),
  sk: publicationSortKey(position),
});

/** Lists a revision in a facet by when it was published. The put is idempotent: every writer puts the same item. */
export async function putPublication(generation: string, publication: Publication): Promise<void> {
  const { facet, position, eventId, revision, kind } = publication;
  const Item = publications.write(publicationKey(generation, facet, publication), {
    n: position,
    e: eventId,
    r: revision,
    k: kind,
  });
  await dynamodb.send(new PutItemCommand({ TableName: timelinesTable, Item }));
}
