import {
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { RemovalState } from '../../../events/content-removal.ts';
import type { Place } from '../../../events/revision.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isTransient } from '../runtime/failures.ts';
import { positionOfKey } from '../runtime/position-key.ts';
import { retry } from '../runtime/retry.ts';
import { jsonText, keyOfItem, storedItem } from '../runtime/stored-item.ts';
import { type Checkpoint, checkpointOfItem } from './checkpoint.ts';
import { firstParked } from './parked.ts';
import {
  checkpointKey,
  type ErasingStage,
  erasingKey,
  erasingStagePrefix,
  erasingTaskKey,
  parkedEventKey,
  timelinesTable,
} from './timelines-table.ts';

const TableName = timelinesTable;

/** A transaction is refused while the projection writes one of its items. */
const readOptions = { maximumAttempts: 8, firstPauseMs: 10, longestPauseMs: 160, isRetryable: isTransient };

const placeSchema = z.object({ position: z.int(), publishedAt: z.string() });

const taskSchema = () =>
  z.object({
    eventId: z.string(),
    /** The newsroom of the event. Absent in tasks of earlier releases, and where it cannot be read. */
    newsroom: z.string().exactOptional(),
    /** The number of the revision that takes content down. */
    revision: z.int(),
    /** The first revision that was parked when the redaction was projected. Absent if none was. */
    unprojected: z.int().exactOptional(),
    /** The revision that was dealt with last; -1 to begin with the first. */
    after: z.int(),
    /** What must be known of the revisions up to it, so that none is read twice. Absent at the beginning. */
    history: jsonText(z.custom<CleanHistoryState>()).exactOptional(),
    /**
     * Whether any content was found in this stage. Before the first stage it was gone already if the timelines were
     * rebuilt later.
     */
    found: z.boolean(),
    /**
     * The facets of persons, places and types that the event was in, each with the last change by a revision of the
     * event that stays. The heads of the first `looked` of them were looked at.
     */
    facets: z.array(z.object({ facet: z.string(), own: placeSchema.exactOptional() })).readonly(),
    looked: z.int(),
    /**
     * The positions of the revisions whose content is taken down, and of those right after them. Heads must not tell of
     * them.
     */
    positions: z.array(z.int()).readonly(),
    /** When to look again for what late writers have put back, RFC 3339. Absent before the content was removed once. */
    againAt: z.string().exactOptional(),
  });

/** What is known of the revisions of an event so far, without the content that is taken down. */
export interface CleanHistoryState {
  readonly removal: RemovalState;
  /** The facets of the last revision. */
  readonly facets: readonly string[];
  /** The last change of each facet by a revision that keeps its content. */
  readonly changes: readonly (readonly [facet: string, place: Place])[];
}

const tasks = storedItem({ kind: 'erasing task', version: 1, schema: taskSchema });

/** The content of an event that must be removed from a generation of the timelines. */
export interface ErasingTask extends Readonly<z.infer<ReturnType<typeof taskSchema>>> {
  /** The position of the redaction. */
  readonly position: number;
}

const stageOf = ({ againAt }: ErasingTask): ErasingStage => (againAt === undefined ? 'OPEN' : 'AGAIN');

/** The entry of a redaction in the feed. */
interface RedactionEntry extends Pick<ErasingTask, 'eventId' | 'revision' | 'position'> {
  readonly values: { readonly newsrooms: readonly string[] };
}

/** The task that follows from a redaction. */
export const newTask = (
  {
    eventId,
    revision,
    position,
    values: {
      newsrooms: [newsroom],
    },
  }: RedactionEntry,
  unprojected?: number,
): ErasingTask => ({
  eventId,
  ...(newsroom !== undefined && { newsroom }),
  revision,
  position,
  ...(unprojected !== undefined && { unprojected }),
  after: -1,
  found: false,
  facets: [],
  looked: 0,
  positions: [],
});

/** The task once the content was removed: to look again for what late writers have put back. */
export const taskAgain = ({ history: _, ...task }: ErasingTask, againAt: string): ErasingTask => ({
  ...task,
  after: -1,
  found: false,
  looked: 0,
  againAt,
});

function putOf(generation: string, { position, ...task }: ErasingTask) {
  const key = erasingTaskKey(generation, stageOf({ position, ...task }), position);
  return { TableName, Item: tasks.write(key, task) };
}

/** A read may see a task that another instance has ended, or whose stage it has ended. */
const isThere = { ConditionExpression: 'attribute_exists(pk)' };

const updateOf = (generation: string, task: ErasingTask) => ({ ...putOf(generation, task), ...isThere });

/** The write that stores a task. */
export const taskPut = (generation: string, task: ErasingTask): TransactWriteItem => ({ Put: putOf(generation, task) });

/** The write that stores how far a task has come. It fails if another instance has ended the task, or its stage. */
export const taskUpdate = (generation: string, task: ErasingTask): TransactWriteItem => ({
  Put: updateOf(generation, task),
});

/** Stores how far a task has come. It fails as `taskUpdate` does. */
export async function updateTask(generation: string, task: ErasingTask): Promise<void> {
  await dynamodb.send(new PutItemCommand(updateOf(generation, task)));
}

/** The write that removes a task in a stage. It fails if another instance has removed it: tasks are counted. */
export function taskDelete(generation: string, task: ErasingTask): TransactWriteItem {
  const Key = marshall(erasingTaskKey(generation, stageOf(task), task.position));
  return { Delete: { TableName, Key, ...isThere } };
}

async function tasksFrom(end: 'oldest' | 'newest', generation: string, stage: ErasingStage, limit: number) {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :stage)',
      ExpressionAttributeValues: marshall({ ':pk': erasingKey(generation), ':stage': erasingStagePrefix(stage) }),
      ScanIndexForward: end === 'oldest',
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  return Items.map((item): ErasingTask => ({ ...tasks.read(item), position: positionOfKey(keyOfItem(item).sk) }));
}

/** The oldest tasks in a stage, read consistently. */
export const tasksIn = (generation: string, stage: ErasingStage, limit: number): Promise<ErasingTask[]> =>
  tasksFrom('oldest', generation, stage, limit);

/**
 * Tasks of the first stage, the oldest first, read consistently: so many from either end, since a newsroom may have
 * thousands, and one of another newsroom comes behind them.
 */
export async function openTasks(generation: string, limit: number): Promise<ErasingTask[]> {
  const oldest = await tasksFrom('oldest', generation, 'OPEN', limit);
  if (oldest.length < limit) return oldest;
  const newest = await tasksFrom('newest', generation, 'OPEN', limit);
  const last = oldest.at(-1)?.position ?? 0;
  return [...oldest, ...newest.reverse().filter(({ position }) => position > last)];
}

/**
 * A generation and the tasks of one redaction in it, as they were at one instant: a read may see half of a transaction
 * otherwise.
 */
async function stateOf(generation: string, eventId: string, position: number) {
  const keys = [
    checkpointKey('PROJECT'),
    checkpointKey('REBUILD'),
    erasingTaskKey(generation, 'OPEN', position),
    erasingTaskKey(generation, 'AGAIN', position),
    parkedEventKey(generation, eventId),
  ];
  const TransactItems = keys.map((key) => ({ Get: { TableName, Key: marshall(key) } }));
  const { Responses = [] } = await retry(
    () => dynamodb.send(new TransactGetItemsCommand({ TransactItems })),
    readOptions,
  );
  const [live, rebuild, open, again, parked] = Responses.map(({ Item }) => Item);
  const checkpoints = [live, rebuild].flatMap((item): Checkpoint[] => (item ? [checkpointOfItem(item)] : []));
  const checkpoint = checkpoints.find((known) => known.generation === generation);
  const isPassed = checkpoint !== undefined && checkpoint.position >= position;
  return { isPassed, isOpen: open !== undefined, isWaiting: again !== undefined, isParked: parked !== undefined };
}

/** Whether an entry of an event is parked up to a position, so that it, or the redaction, is projected later. */
async function isParkedUpTo(generation: string, eventId: string, position: number): Promise<boolean> {
  const first = await firstParked(generation, eventId);
  return first !== null && first.position <= position;
}

/**
 * Whether a generation holds nothing any more of what a redaction takes down, but for what late writers may put back.
 * Then it does not need the content in the log any more.
 *
 * @param generation that of the timelines in use or of the rebuild in progress; false for any other
 * @param position that of the redaction
 */
export async function isErased(generation: string, eventId: string, position: number): Promise<boolean> {
  const { isPassed, isOpen, isParked } = await stateOf(generation, eventId, position);
  return isPassed && !isOpen && !(isParked && (await isParkedUpTo(generation, eventId, position)));
}

/**
 * Whether a generation holds nothing any more of what a redaction takes down, and never will again. Parameters as of
 * `isErased`.
 */
export async function isForgotten(generation: string, eventId: string, position: number): Promise<boolean> {
  const { isPassed, isOpen, isWaiting, isParked } = await stateOf(generation, eventId, position);
  return isPassed && !isOpen && !isWaiting && !(isParked && (await isParkedUpTo(generation, eventId, position)));
}
