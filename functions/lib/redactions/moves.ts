import { ConditionalCheckFailedException, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { redactionReasons } from '../../../events/redaction.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { storedItem } from '../runtime/stored-item.ts';
import { movesPartition, redactionsTable } from './redactions-table.ts';

/** What is done with a move next, in this order. `erase-content` does what is marked so, and the command all else. */
export const moveSteps = [
  /** The redaction of the slug is put on the record of the story. */
  'announce',
  /** `erase-content` renames the slug in the log. */
  'rename',
  /** `erase-content` does it again, for requests that had read the old slug. */
  'renameAgain',
  /** Timelines are rebuilt; the slug is renamed in endpoints, deliveries and keys. */
  'rebuild',
  /** `erase-content` invalidates the caches. */
  'invalidate',
  /** `erase-content` invalidates them again, once requests that were in flight are over. */
  'invalidateAgain',
  'done',
] as const;

const moveSchema = () =>
  z.object({
    id: z.string(),
    /** The new slug. */
    to: z.string(),
    /** Random, and the SHA-256 of it and the old slug. The old slug is stored nowhere. */
    salt: z.string(),
    hash: z.string(),
    reason: z.enum(redactionReasons),
    note: z.string(),
    /** The newsroom that owns the story. */
    newsroom: z.string(),
    /**
     * What the story keeps of its description, which is taken down before the new one is written. Absent from moves of
     * an earlier release.
     */
    kept: z
      .object({
        timezone: z.string().exactOptional(),
        language: z.string().exactOptional(),
        contributors: z.array(z.string()).exactOptional(),
      })
      .exactOptional(),
    /** RFC 3339, as are all instants here. */
    requestedAt: z.string(),
    step: z.enum(moveSteps),
    /** The position up to which the log has been renamed in this step. */
    through: z.int(),
    /** When the step began. */
    since: z.string(),
  });

const moves = storedItem({ kind: 'move of a story', version: 1, schema: moveSchema });

/**
 * The move of a story to another slug. It stays in the list, so that it can be carried out again in a log that was
 * restored.
 */
export type StoredMove = Readonly<z.infer<ReturnType<typeof moveSchema>>>;

const keyOf = ({ requestedAt, id }: Pick<StoredMove, 'requestedAt' | 'id'>) => ({
  pk: movesPartition,
  sk: `${requestedAt}#${id}`,
});

/** All moves, the oldest first, read consistently. There are few: only an operator moves stories. */
export async function allMoves(): Promise<StoredMove[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: redactionsTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': movesPartition }),
      ConsistentRead: true,
    },
  );
  const found: StoredMove[] = [];
  for await (const { Items = [] } of pages) found.push(...Items.map((item) => moves.read(item)));
  return found;
}

/**
 * Stores how far a move has come, unless it was changed since it was read.
 *
 * @param before the move as it was read; null if it is new
 * @returns whether it was stored
 */
export async function keepMove(move: StoredMove, before: StoredMove | null): Promise<boolean> {
  const condition = before
    ? {
        ConditionExpression: 'step = :step AND #through = :through',
        ExpressionAttributeNames: { '#through': 'through' },
        ExpressionAttributeValues: marshall({ ':step': before.step, ':through': before.through }),
      }
    : { ConditionExpression: 'attribute_not_exists(pk)' };
  try {
    await dynamodb.send(
      new PutItemCommand({ TableName: redactionsTable, Item: moves.write(keyOf(move), move), ...condition }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
