import type { Command } from 'commander';
import type { ItemKey } from '../functions/lib/runtime/stored-item.ts';
import { carryOutRedactions } from './reconcile/carry-out-redactions.ts';
import { type ParkedMessages, removeParkedMessages } from './reconcile/parked-messages.ts';
import { addTableOptions, setFunctionEnvironment, type TableTarget, withTables } from './tables/table-target.ts';
import { addCommand, exitCodes, misused, type Terminal, valueOption } from './terminal/cli.ts';

/** The result of reconciling. */
interface Reconciled {
  /** The number of revisions that got their position. */
  readonly sequenced: number;
  /** The position through which timelines are projected, and the last of the feed. */
  readonly position: number;
  readonly head: number;
  /** The number of parked entries that are sent to webhook endpoints now. Absent if their table was not named. */
  readonly retaken?: number;
  /** The messages about what was parked. Absent if their queue was not named. */
  readonly messages?: ParkedMessages;
  /** The revisions and entries that still fail, each as a sentence. */
  readonly left: readonly string[];
}

type Target = TableTarget<'eventLog' | 'timelines'> & {
  readonly names: { readonly subscribers?: string; readonly redactions?: string };
};

/** Sequences what has no position. @returns how many revisions, and what still fails */
async function sequenceAll(left: string[]): Promise<number> {
  const { unsequencedEvents } = await import('../functions/lib/event-log/unsequenced.ts');
  const { sequence } = await import('../functions/lib/sequence/sequencer.ts');
  let sequenced = 0;
  for await (const eventId of unsequencedEvents()) {
    const { entries, failures } = await sequence([eventId]);
    sequenced += entries.length;
    left.push(
      ...failures.map(({ eventId: id, reason }) => `event ${id} cannot be sequenced: ${(reason as Error).message}`),
    );
  }
  return sequenced;
}

/** Projects what is missing, and the entries that were parked. */
async function projectAll(left: string[]): Promise<void> {
  const { follow } = await import('../functions/lib/event-log/follower.ts');
  const { projector } = await import('../functions/lib/project/projector.ts');
  const { reproject } = await import('../functions/lib/project/reproject.ts');
  const { readCheckpoint } = await import('../functions/lib/timelines/checkpoint.ts');
  const { firstParked, parkedEventIds, releaseForgottenFacets } = await import('../functions/lib/timelines/parked.ts');
  const project = () =>
    follow(
      projector(async () => {}),
      () => Number.POSITIVE_INFINITY,
    );
  await project();
  const { generation } = await readCheckpoint();
  for await (const eventId of parkedEventIds(generation)) {
    await reproject(eventId).catch(async (error: Error) => {
      const first = await firstParked(generation, eventId);
      left.push(`position ${first?.position} is in the feed, but cannot be projected: ${error.message}`);
    });
  }
  await releaseForgottenFacets(generation);
  // A reprojected entry may have left a day to search for.
  await project();
}

/** Takes back the entries that fan-out has parked. @returns how many */
async function retakeAll(left: string[]): Promise<number> {
  const { retake } = await import('../functions/lib/fan-out/retake.ts');
  const { positionsParkedByFanOut } = await import('../functions/lib/subscribers/fan-out/fan-out-parked.ts');
  let retaken = 0;
  for (const position of await positionsParkedByFanOut()) {
    try {
      await retake(position);
      retaken += 1;
    } catch (error) {
      left.push(`position ${position} cannot be sent to webhook endpoints: ${(error as Error).message}`);
    }
  }
  return retaken;
}

/** A function that says whether the item with a key of the log is sequenced, or projected and fanned out. */
async function doneNow(): Promise<(key: ItemKey) => Promise<boolean>> {
  const { eventIdOfKey, feedKey, markerKey, readItems, revisionOfKey } = await import(
    '../functions/lib/event-log/event-log-table.ts'
  );
  const { readCheckpoint } = await import('../functions/lib/timelines/checkpoint.ts');
  const { parkedPositions } = await import('../functions/lib/timelines/parked.ts');
  const { readFanOutCheckpoint } = await import('../functions/lib/subscribers/fan-out/fan-out-checkpoint.ts');
  const { positionsParkedByFanOut } = await import('../functions/lib/subscribers/fan-out/fan-out-parked.ts');
  const projected = await readCheckpoint();
  const fannedOut = await readFanOutCheckpoint('consistent');
  const parked = new Set([...(await parkedPositions(projected.generation)), ...(await positionsParkedByFanOut())]);
  return async (key) => {
    if (key.pk !== feedKey)
      return (await readItems([markerKey(eventIdOfKey(key), revisionOfKey(key))], 'consistent')).length > 0;
    const position = Number(key.sk);
    return position <= projected.position && position <= fannedOut.position && !parked.has(position);
  };
}

async function reconcile(target: Target): Promise<Reconciled> {
  const { feedHead } = await import('../functions/lib/event-log/feed.ts');
  const { readCheckpoint } = await import('../functions/lib/timelines/checkpoint.ts');
  const { client, names, parkedQueue } = target;
  const left: string[] = [];
  const sequenced = await sequenceAll(left);
  await projectAll(left);
  const retaken = names.subscribers === undefined ? undefined : await retakeAll(left);
  if (names.redactions !== undefined) {
    const mayErase = client.endpoint !== undefined && names.subscribers !== undefined;
    left.push(...(await carryOutRedactions(mayErase)));
  }
  const messages = parkedQueue ? await removeParkedMessages(parkedQueue, await doneNow()) : undefined;
  const [head, { position }] = await Promise.all([feedHead(), readCheckpoint()]);
  return {
    sequenced,
    position,
    head: head.position,
    ...(retaken !== undefined && { retaken }),
    ...(messages && { messages }),
    left,
  };
}

function linesOf({ sequenced, position, head, retaken = 0, messages, left }: Reconciled): string[] {
  const { removed = 0, left: messagesLeft = 0, hidden = 0 } = messages ?? {};
  return [
    `Revisions sequenced: ${sequenced}. Timelines at position ${position} of ${head}.`,
    ...(retaken > 0 ? [`Parked entries that are sent to webhook endpoints now: ${retaken}.`] : []),
    ...(removed > 0 || messagesLeft > 0 ? [`Parked messages removed: ${removed}. Left: ${messagesLeft}.`] : []),
    ...(hidden > 0
      ? [
          `Parked messages that another run has received, perhaps one that was killed: ${hidden}. Run it again in ten minutes.`,
        ]
      : []),
    ...left,
  ];
}

/** Adds `reconcile`, which finishes what an outage interrupted. */
export function reconcileCommand(program: Command, terminal: Terminal): void {
  const command = addCommand(program, 'reconcile', {
    summary: 'Finish what an outage interrupted.',
    description: `Sequences every appended revision that has no position, projects the entries that are missing in the timelines, tries parked
entries again, and lists those that still fail. With the table of subscribers, it also sends the entries that were parked on the way to
webhook endpoints; with the table of redactions, it lists those that are not done; with the queue of parked items, it removes the messages about what is done by now. Reads and writes go on meanwhile. It
can be run at any time. Run it after the cause of an outage is fixed, from the release that is deployed.`,
    examples: [
      ['The local system', 'npx timeline reconcile'],
      [
        'A deployed system',
        'npx timeline reconcile --event-log EVENT_LOG_TABLE --timelines TIMELINES_TABLE --subscribers SUBSCRIBERS_TABLE --redactions REDACTIONS_TABLE --parked-queue PARKED_QUEUE_URL',
      ],
    ],
    exitCodes: {
      done: 'Nothing is left: every revision is in the feed and in the timelines, and no parked message is left.',
      failed:
        'Some revisions still fail, and are listed; or parked messages are left; or the tables cannot be reached.',
    },
  });
  const queueOption = valueOption(
    '--parked-queue <url>',
    'The address of its queue of parked items (output ParkedQueueUrl of the stack). Needs --subscribers.',
  );
  addTableOptions(command, ['eventLog', 'timelines', 'subscribers', 'redactions'])
    .addOption(queueOption.conflicts('data'))
    .option(
      '--json',
      'Print the result as JSON: sequenced, position, head, retaken, messages, and left (what still fails).',
    )
    .action(async ({ json }: { readonly json?: true }, command: Command) => {
      const given = (option: string) => command.getOptionValue(option) !== undefined;
      if (given('parkedQueue') && !given('subscribers')) {
        misused(command, '--parked-queue needs --subscribers: an entry may be parked by the fan-out too.');
      }
      const isDeployed = given('eventLog') || given('timelines');
      const wanted = [
        'eventLog',
        'timelines',
        ...(isDeployed && !given('subscribers') ? [] : ['subscribers']),
        ...(isDeployed && !given('redactions') ? [] : ['redactions']),
      ] as const;
      await withTables(command, wanted as readonly ('eventLog' | 'timelines')[], async (target: Target) => {
        setFunctionEnvironment(target);
        const reconciled = await reconcile(target);
        const { position, head, left, messages } = reconciled;
        for (const line of json ? [JSON.stringify(reconciled)] : linesOf(reconciled)) terminal.print(line);
        const isMessageLeft = (messages?.left ?? 0) + (messages?.hidden ?? 0) > 0;
        if (left.length > 0 || position < head || isMessageLeft) terminal.exitCode = exitCodes.failed;
      });
    });
}
