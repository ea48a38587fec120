import {
  type AttributeValue,
  ConditionalCheckFailedException,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { PublishedRevision } from '../../../events/revision.ts';
import type { Correction } from '../../../events/timeline/correction.ts';
import type { PastCard, Slot } from '../../../events/timeline/projection.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { cardAttributes, tombstoneAttributes } from './card-item.ts';
import type { Checkpoint, FacetHead } from './read-timelines.ts';
import {
  cardsKey,
  checkpointKey,
  correctionsKey,
  headKey,
  type Item,
  type Projection,
  pastKey,
  revisionDigits,
  timelinesTable,
} from './timelines-table.ts';

async function putUnlessNewer(item: Item): Promise<void> {
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: timelinesTable,
        Item: item,
        ConditionExpression: 'attribute_not_exists(r) OR r < :r',
        ExpressionAttributeValues: { ':r': item.r as AttributeValue },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** Puts a card into a facet unless what stands there is of the same or a later revision. */
export async function putCard(generation: string, { facet, card }: Slot): Promise<void> {
  const key = { pk: { S: cardsKey(generation, facet) }, sk: { S: `${card.spanClass}#${card.order}` } };
  await putUnlessNewer({ ...key, ...cardAttributes(card) });
}

/** Keeps a superseded card for those who ask for an earlier moment. It is the same whoever writes it, and however often. */
export async function putPastCard(generation: string, { facet, card, publishedUntil }: PastCard): Promise<void> {
  const revision = String(card.revision).padStart(revisionDigits, '0');
  await dynamodb.send(
    new PutItemCommand({
      TableName: timelinesTable,
      Item: {
        pk: { S: pastKey(generation, facet) },
        sk: { S: `${card.spanClass}#${card.order}#${revision}` },
        ...cardAttributes(card),
        until: { S: publishedUntil },
      },
    }),
  );
}

/** Marks a place as left as of a revision, unless what stands there is of the same or a later one. */
export async function putTombstone(
  generation: string,
  { facet, card }: Slot,
  latest: PublishedRevision,
): Promise<void> {
  const key = { pk: { S: cardsKey(generation, facet) }, sk: { S: `${card.spanClass}#${card.order}` } };
  await putUnlessNewer({ ...key, ...tombstoneAttributes(latest) });
}

/** Puts a line into a corrections log. It is the same whoever writes it, and however often. */
export async function putCorrection(
  generation: string,
  facet: string,
  { publishedAt, position, text }: Correction,
): Promise<void> {
  await dynamodb.send(
    new PutItemCommand({
      TableName: timelinesTable,
      Item: {
        pk: { S: correctionsKey(generation, facet) },
        sk: { S: publishedAt },
        n: { N: String(position) },
        e: { S: text },
      },
    }),
  );
}

/** That a checkpoint still is where it was and nothing was put aside or taken back since. */
export const unchanged = ({ position, generation, parked }: Checkpoint) => ({
  ConditionExpression: '#position = :position AND generation = :generation AND parked = :parked',
  ExpressionAttributeNames: { '#position': 'position' },
  ExpressionAttributeValues: marshall({ ':position': position, ':generation': generation, ':parked': parked }),
});

/** The same, or that there is none yet. */
const anew = <Condition extends { ConditionExpression: string }>(condition: Condition): Condition => ({
  ...condition,
  ConditionExpression: `attribute_not_exists(pk) OR (${condition.ConditionExpression})`,
});

/**
 * Advances the checkpoint and sets the heads, all or none, if the checkpoint still is where it was and nothing was put aside
 * or taken back since.
 *
 * @throws TransactionCanceledException if another has changed it
 */
export async function advance(
  from: Checkpoint,
  to: Checkpoint,
  heads: readonly FacetHead[],
  projection: Projection = 'PROJECT',
): Promise<void> {
  const puts = heads.map(({ facet, ...head }) => ({
    Put: {
      TableName: timelinesTable,
      Item: marshall({ ...headKey(to.generation, facet), ...head }, { removeUndefinedValues: true }),
    },
  }));
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          Put: {
            TableName: timelinesTable,
            Item: marshall({ ...checkpointKey(projection), ...to }),
            // A rebuild that has ended must not come back.
            ...(projection === 'PROJECT' ? anew(unchanged(from)) : unchanged(from)),
          },
        },
        ...puts,
      ],
    }),
  );
}
