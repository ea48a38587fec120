import { paginateScan } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { heldRenamed, type Rename } from '../../../events/slug-move.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { retry } from '../runtime/retry.ts';
import { readHeld } from './held-events.ts';
import { contentPrefix, heldEvents, heldEventsTable } from './held-events-table.ts';
import { HeldEventChanged, writeHeld } from './write-held.ts';

/** How often the newsroom of a held event may change it first. */
const changeOptions = {
  maximumAttempts: 10,
  firstPauseMs: 10,
  isRetryable: (error: unknown) => error instanceof HeldEventChanged,
};

/** What is renamed besides. */
interface RenameOptions {
  /** Whether events whose publication has begun are renamed too. At first they are not: they are in the log next. */
  readonly alsoPublishing?: boolean;
}

/** Renames a story in one held event. */
const renameOne = (
  newsroom: string,
  eventId: string,
  rename: Rename,
  { alsoPublishing }: RenameOptions,
): Promise<void> =>
  retry(async () => {
    const held = await readHeld(newsroom, eventId);
    if (!held || (held.isPublishing && !alsoPublishing)) return;
    const renamed = heldRenamed(held, rename);
    if (renamed !== held) await writeHeld(held, renamed);
  }, changeOptions);

/**
 * Renames a story in the events that newsrooms hold, those that could not be published among them. Reads the whole
 * table. It may be done again.
 */
export async function renameInHeldEvents(rename: Rename, options: RenameOptions = {}): Promise<void> {
  const scan = {
    TableName: heldEventsTable,
    ConsistentRead: true,
    FilterExpression: 'begins_with(sk, :content)',
    ExpressionAttributeValues: marshall({ ':content': contentPrefix }),
  };
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, scan)) {
    for (const item of Items) {
      const held = heldEvents.read(item);
      if (heldRenamed(held, rename) !== held) await renameOne(held.newsroom, held.eventId, rename, options);
    }
  }
}
