import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { contentFields } from '../../../events/content-removal.ts';
import type { EventValues } from '../../../events/event-values.ts';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import type { Item, ItemKey } from '../runtime/stored-item.ts';
import { eventLogTable, feedEntryKey, revisionKey } from './event-log-table.ts';
import { type FeedEntry, feedItem, feedValuesItem, revisionItem } from './log-items.ts';

/** The attributes of a revision that stays, by which it tells of earlier ones. */
const tracingAttributes = ['carried', 'correction'] as const;

/** The attributes by which a revision tells the slugs of stories, and those by which slugs could be tried. */
const slugAttributes = ['event', 'unlisted', 'carried', 'digest', 'salt'] as const;

/** The attributes of a feed entry by which it tells the slugs of stories. */
const feedSlugAttributes = ['story', 'values'] as const;

/**
 * Sets those of some attributes that an item has, and removes the others. This is the only update of the log. Its role
 * may update only what holds content or tells of it (`infra/bindings/bind-blanking.ts`).
 */
async function setAttributes(
  { pk, sk }: ItemKey,
  item: Item,
  attributes: readonly string[],
  condition = 'attribute_exists(pk)',
): Promise<void> {
  const set = attributes.filter((name) => name in item);
  const removed = attributes.filter((name) => !(name in item));
  const clauses = [
    ...(set.length > 0 ? [`SET ${set.map((name) => `#${name} = :${name}`).join(', ')}`] : []),
    ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(', ')}`] : []),
  ];
  const values = Object.fromEntries(set.map((name) => [`:${name}`, item[name] as Item[string]]));
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: eventLogTable,
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: clauses.join(' '),
      ConditionExpression: `attribute_exists(pk) AND (${condition})`,
      ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
      ...(set.length > 0 && { ExpressionAttributeValues: values }),
    }),
  );
}

/** A later redaction may have taken the content down meanwhile. Then there is nothing left to do. */
async function unlessBlank(update: Promise<void>): Promise<void> {
  try {
    await update;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/**
 * Takes the content out of a revision, its own or that of earlier revisions. Idempotent.
 *
 * @param clean the revision as it is once the content is gone
 */
export async function cleanRevision(clean: PublishedRevision): Promise<void> {
  const { eventId, revision, redactedBy } = clean;
  const item = revisionItem(clean, '');
  const key = revisionKey(eventId, revision);
  if (redactedBy === undefined) {
    await unlessBlank(setAttributes(key, item, tracingAttributes, 'attribute_not_exists(redactedBy)'));
    return;
  }
  // The value of `redactedBy` is among those that are set.
  const condition = 'attribute_not_exists(redactedBy) OR redactedBy <= :redactedBy';
  await unlessBlank(setAttributes(key, item, contentFields, condition));
}

/**
 * Takes the values of revisions without content out of the feed entry of a revision. Idempotent.
 *
 * @param clean the revision as it is once the content is gone
 * @param values the values of it and of all earlier revisions
 */
export async function cleanFeedEntry({ position, event }: PublishedRevision, values: EventValues): Promise<void> {
  const item = feedValuesItem(event.type, values);
  await setAttributes(feedEntryKey(position), item, Object.keys(item));
}

/** Puts another slug into a revision. Idempotent. @param renamed the revision with the other slug */
export async function renameInRevision(renamed: Revision): Promise<void> {
  const { eventId, revision } = renamed;
  await setAttributes(revisionKey(eventId, revision), revisionItem(renamed, ''), slugAttributes);
}

/** Puts another slug into a feed entry. Idempotent. @param renamed the entry with the other slug */
export async function renameInFeedEntry(renamed: FeedEntry): Promise<void> {
  await setAttributes(feedEntryKey(renamed.position), feedItem(renamed), feedSlugAttributes);
}
