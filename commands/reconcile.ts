import type { Command } from 'commander';
import { addCommand, exitCodes, type Terminal } from './cli.ts';
import { addTableOptions, setFunctionEnvironment, withTables } from './table-target.ts';

/** The result of reconciling. */
interface Reconciled {
  /** The number of revisions that got their position. */
  readonly sequenced: number;
  /** The position through which timelines are projected, and the last of the feed. */
  readonly position: number;
  readonly head: number;
  /** The revisions and entries that still fail, each as a sentence. */
  readonly left: readonly string[];
}

async function reconcile(): Promise<Reconciled> {
  const { feedHead } = await import('../functions/lib/event-log/feed.ts');
  const { unsequencedEvents } = await import('../functions/lib/event-log/unsequenced.ts');
  const { follow } = await import('../functions/lib/event-log/follower.ts');
  const { projector } = await import('../functions/lib/project/projector.ts');
  const { reproject } = await import('../functions/lib/project/reproject.ts');
  const { sequence } = await import('../functions/lib/sequence/sequencer.ts');
  const { readCheckpoint } = await import('../functions/lib/timelines/checkpoint.ts');
  const { firstParked, parkedEventIds, releaseForgottenFacets } = await import('../functions/lib/timelines/parked.ts');
  let sequenced = 0;
  const left: string[] = [];
  for await (const eventId of unsequencedEvents()) {
    const { entries, failures } = await sequence([eventId]);
    sequenced += entries.length;
    left.push(...failures.map(({ reason }) => `event ${eventId} cannot be sequenced: ${(reason as Error).message}`));
  }
  await follow(
    projector(async () => {}),
    () => Number.POSITIVE_INFINITY,
  );
  const { generation } = await readCheckpoint();
  for await (const eventId of parkedEventIds(generation)) {
    await reproject(eventId).catch(async (error: Error) => {
      const first = await firstParked(generation, eventId);
      left.push(`position ${first?.position} is in the feed, but cannot be projected: ${error.message}`);
    });
  }
  await releaseForgottenFacets(generation);
  const [head, { position }] = await Promise.all([feedHead(), readCheckpoint()]);
  return { sequenced, position, head: head.position, left };
}

/** Adds `reconcile`, which finishes what an outage interrupted. */
export function reconcileCommand(program: Command, terminal: Terminal): void {
  const { print } = terminal;
  const command = addCommand(program, 'reconcile', {
    summary: 'Finish what an outage interrupted.',
    description: `Sequences every appended revision that has no position, projects the entries that are missing in the timelines, tries parked
entries again, and lists those that still fail. Reads and writes go on meanwhile. It can be run at any time. Run it after the cause of
an outage is fixed, from the release that is deployed.`,
    examples: [
      ['The local system', 'npx timeline reconcile'],
      ['A deployed system', 'npx timeline reconcile --event-log EVENT_LOG_TABLE --timelines TIMELINES_TABLE'],
    ],
    exitCodes: {
      done: 'Nothing is left: every revision is in the feed and in the timelines.',
      failed: 'Some revisions still fail, and are listed; or the tables cannot be reached.',
    },
  });
  addTableOptions(command, ['eventLog', 'timelines'])
    .option('--json', 'Print the result as JSON: sequenced, position, head, and left (what still fails).')
    .action(({ json }: { readonly json?: true }, command: Command) =>
      withTables(command, ['eventLog', 'timelines'], async (target) => {
        setFunctionEnvironment(target);
        const reconciled = await reconcile();
        const { sequenced, position, head, left } = reconciled;
        if (json) print(JSON.stringify(reconciled));
        else {
          print(`Revisions sequenced: ${sequenced}. Timelines at position ${position} of ${head}.`);
          for (const line of left) print(line);
        }
        if (left.length > 0 || position < head) terminal.exitCode = exitCodes.failed;
      }),
    );
}
