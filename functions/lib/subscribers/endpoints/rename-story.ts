import { paginateScan, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { isConditionFailure } from '../../runtime/failures.ts';
import { retry } from '../../runtime/retry.ts';
import { type ItemKey, keyOfItem } from '../../runtime/stored-item.ts';
import {
  deliveryPrefix,
  endpointKey,
  endpointPartition,
  formerFiltersKey,
  subscribersTable,
} from '../table/subscribers-table.ts';
import { commitChange } from './commit-endpoint.ts';
import { ConcurrencyConflict, readState } from './endpoint-state.ts';
import { readEndpoint } from './endpoints.ts';
import { changeFormerStories } from './former-filters.ts';

/** How often the worker of an endpoint may change it first. */
const conflictOptions = {
  maximumAttempts: 10,
  firstPauseMs: 10,
  isRetryable: (error: unknown) => error instanceof ConcurrencyConflict || isConditionFailure(error),
};

/** A story that has another slug from now on. */
interface RenamedStory {
  readonly from: string;
  readonly to: string;
}

const idOf = (pk: string) => pk.slice(endpointPartition('').length);

async function* keysWhere(FilterExpression: string, value: string): AsyncGenerator<ItemKey> {
  const scan = {
    TableName: subscribersTable,
    ConsistentRead: true,
    ProjectionExpression: 'pk, sk',
    FilterExpression,
    ...(FilterExpression.includes('#filter') && { ExpressionAttributeNames: { '#filter': 'filter' } }),
    ExpressionAttributeValues: marshall({ ':value': value }),
  };
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, scan)) yield* Items.map(keyOfItem);
}

/** Changes the stories in the filter of an endpoint; nothing if there is no such endpoint any more. */
function changeStories(id: string, change: (stories: readonly string[]) => readonly string[]): Promise<void> {
  return retry(async () => {
    const state = await readState(id);
    const endpoint = await readEndpoint(id);
    const { stories } = endpoint?.filter ?? {};
    if (!state || !endpoint || !stories) return;
    const filter = { ...endpoint.filter, stories: [...new Set(change(stories))] };
    const { leaseBy: _, ...unleased } = state;
    await commitChange(endpoint, unleased, { endpoint: { filter } });
  }, conflictOptions);
}

/**
 * Changes the stories in the filters of all endpoints that name a story, also in those that endpoints behind had
 * before.
 */
async function eachEndpointNaming(story: string, change: (stories: readonly string[]) => readonly string[]) {
  for await (const { pk, sk } of keysWhere('contains(#filter.stories, :value)', story)) {
    if (sk === endpointKey('').sk) await changeStories(idOf(pk), change);
  }
  // After that: an endpoint behind keeps the filter that was just changed as a former one.
  for await (const { pk } of keysWhere('sk = :value', formerFiltersKey('').sk)) {
    const changeNamed = (stories: readonly string[]) => (stories.includes(story) ? change(stories) : stories);
    await retry(() => changeFormerStories(idOf(pk), changeNamed), conflictOptions);
  }
}

/** Lets endpoints that receive a story also receive it by its other slug. Reads the whole table. */
export const addSlugToFilters = ({ from, to }: RenamedStory): Promise<void> =>
  eachEndpointNaming(from, (stories) => (stories.includes(to) ? stories : [...stories, to]));

/**
 * Replaces the slug of a story in the filters of endpoints and in deliveries. Reads the whole table. It may be done
 * again.
 */
export async function replaceSlug({ from, to }: RenamedStory): Promise<void> {
  await eachEndpointNaming(from, (stories) => stories.map((story) => (story === from ? to : story)));
  for await (const key of keysWhere('story = :value', from)) {
    if (!key.sk.startsWith(deliveryPrefix)) continue;
    const update = new UpdateItemCommand({
      TableName: subscribersTable,
      Key: marshall({ pk: key.pk, sk: key.sk }),
      UpdateExpression: 'SET story = :to',
      ConditionExpression: 'story = :from',
      ExpressionAttributeValues: marshall({ ':from': from, ':to': to }),
    });
    try {
      await dynamodb.send(update);
    } catch (error) {
      // It has expired.
      if (!isConditionFailure(error)) throw error;
    }
  }
}
