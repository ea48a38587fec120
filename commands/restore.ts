import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DynamoDBClient, ResourceNotFoundException, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Command } from 'commander';
import type { LogTable } from '../functions/lib/event-log/log-copy.ts';
import type { RestoredLog } from '../functions/lib/restore/restore-log.ts';
import { awsClient } from '../functions/lib/runtime/aws-client.ts';
import { pathsIn, withLocalDatabase } from '../local/data/data-folder.ts';
import { localAccount } from '../local/engines/local-client.ts';
import { replayAll } from './redact/replay-all.ts';
import { addTableOptions, setFunctionEnvironment, type TableTarget, withTables } from './tables/table-target.ts';
import { addCommand, CommandFailure, exitCodes, misused, type Terminal, valueOption } from './terminal/cli.ts';
import { graceOption } from './terminal/grace-option.ts';
import { named } from './terminal/named.ts';
import { progressOn } from './terminal/progress.ts';

const wanted = ['eventLog', 'timelines', 'subscribers', 'redactions'] as const;
type Target = TableTarget<(typeof wanted)[number]>;

interface Options {
  /** The table that the backup was restored to. */
  readonly from?: string;
  /** A copy of the data folder of a local system. */
  readonly fromData?: string;
  readonly dryRun?: true;
  readonly overwrite?: true;
  /** Milliseconds. */
  readonly grace?: number;
  readonly republish?: true;
}

/** @throws {CommandFailure} when there is no such table */
async function assertExists(client: DynamoDBClient, name: string): Promise<void> {
  try {
    await client.send(new ScanCommand({ TableName: name, Limit: 1 }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new CommandFailure(`There is no table ${name}. Give the name that the backup was restored to.`);
  }
}

/** Does work with the log of a backup. */
async function withBackup<Result>(
  { from, fromData }: Options,
  target: Target,
  work: (backup: LogTable) => Promise<Result>,
): Promise<Result> {
  const withClient = async (config: Target['client'], name: string) => {
    if (name === target.names.eventLog && config.endpoint === target.client.endpoint) {
      throw new CommandFailure('The backup is the log in use. Name the table or the folder that the backup is in.');
    }
    const client = awsClient(DynamoDBClient, config);
    try {
      await assertExists(client, name);
      return await work({ client, name });
    } finally {
      client.destroy();
    }
  };
  if (fromData === undefined) return withClient(target.client, from as string);
  if (!existsSync(pathsIn(fromData).database)) {
    throw new CommandFailure(`There is no copy of a data folder at ${fromData}: it has no database.`);
  }
  return withLocalDatabase(fromData, ({ endpoint, outputs }) =>
    withClient({ endpoint, ...localAccount }, outputs.EventLogTable ?? ''),
  );
}

const rangeOf = ({ first, last }: { readonly first: number; readonly last: number }) =>
  first === last ? `${first}` : `${first} to ${last}`;

/** What was done, or would be, and what somebody has to look at. */
function linesOf(
  { events, revisions, republished, displaced, differing, elsewhere, lost, emptied, conflict, position }: RestoredLog,
  options: Options,
) {
  const { dryRun, overwrite, republish } = options;
  const isReplaced = overwrite && !dryRun;
  const kept = [...(isReplaced ? [] : differing), ...elsewhere];
  return [
    `${dryRun ? 'It would restore' : 'Restored'} ${revisions} revisions of the ${events} events in the backup. The record ${dryRun ? 'would end' : 'ends'} at position ${position}.`,
    ...(conflict === null
      ? []
      : [
          `From position ${conflict} on, the log was written to after it was damaged, and has given positions to others.`,
        ]),
    ...(republished.length > 0
      ? [`${dryRun ? 'Would be published' : 'Published'} at new positions, revisions of: ${named(republished)}.`]
      : []),
    ...(lost.length > 0
      ? [
          `Neither log has position ${named(lost.map(rangeOf))}. ${dryRun ? 'An entry would say' : 'An entry says'} so there.`,
        ]
      : []),
    ...(emptied.length > 0
      ? [`Neither log has the content of these revisions, and readers are told so: ${named(emptied)}.`]
      : []),
    ...(displaced.length > 0
      ? [
          `Readers do not see these revisions, whose positions the log has given to others since it was damaged: ${named(displaced)}.${republish ? '' : ' With --republish, they get new positions.'}`,
        ]
      : []),
    ...(isReplaced && differing.length > 0 ? [`Replaced by the backup: ${named(differing)}.`] : []),
    ...(kept.length > 0 ? [`The log has these items with another content, and keeps it: ${named(kept)}.`] : []),
  ];
}

/** @returns whether nothing is left to do */
async function restore(options: Options, target: Target, backup: LogTable, terminal: Terminal): Promise<boolean> {
  const { restoreLog } = await import('../functions/lib/restore/restore-log.ts');
  const { dryRun = false, overwrite = false, republish = false } = options;
  const onProgress = progressOn(terminal.remark);
  const restored = await restoreLog({ backup, dryRun, overwrite, republish, onProgress });
  if (restored.isRefused) {
    throw new CommandFailure(
      `The log was written to after it was damaged: from position ${restored.conflict} on, it has given the positions of the backup to others. Nothing was restored. Look at what --dry-run says; with --republish, these revisions of the backup get new positions.`,
    );
  }
  for (const line of linesOf(restored, options)) terminal.print(line);
  const { lost, displaced, emptied, differing, elsewhere } = restored;
  const isWhole = [lost, displaced, emptied, elsewhere, overwrite ? [] : differing].every(({ length }) => length === 0);
  if (dryRun) return isWhole && restored.conflict === null;
  const { rebuild } = await import('../functions/lib/rebuild/rebuild.ts');
  const graceMs = options.grace ?? (target.isInUse ? undefined : 0);
  const { position } = await rebuild({
    acceptDifferences: true,
    anew: true,
    onProgress,
    ...(graceMs !== undefined && { graceMs }),
  });
  terminal.print(`The timelines are rebuilt, to position ${position}.`);
  return (await replayAll(terminal)) && isWhole;
}

/** Adds `restore`, which brings a backup of the log back into the log in use. */
export function restoreCommand(program: Command, terminal: Terminal): void {
  const command = addCommand(program, 'restore', {
    summary: 'Bring back from a backup what the log has lost.',
    description: `Gives the log in use every revision that a backup of it has and it lacks. DynamoDB restores a backup into another table: name that
table with --from. Nothing in a log is ever changed, so each revision comes back at its position, and whatever the log in use still has
is kept. What was taken down after the backup stays down. A position that neither has is marked as lost, since endpoints and readers may
know it: nothing else is published there. Then the timelines are rebuilt, and the redactions of the list are carried out again. If it is interrupted, run it
again. Stop writes before, and see what it would do with --dry-run. Run it from the release that is deployed.`,
    examples: [
      [
        'See what the local system would get from a copy of its data folder',
        'npx timeline restore --from-data backup --dry-run',
      ],
      [
        'A deployed system',
        'npx timeline restore --from RESTORED_TABLE --event-log EVENT_LOG_TABLE --timelines TIMELINES_TABLE --subscribers SUBSCRIBERS_TABLE --redactions REDACTIONS_TABLE',
      ],
    ],
    exitCodes: {
      done: 'The log has everything that the backup has, and the timelines are rebuilt. With --dry-run: nothing is lost.',
      failed: 'Something is lost, differs or was refused, and is listed; or the work failed: then run it again.',
    },
  });
  command
    .addOption(
      valueOption('--from <table>', 'The table that the backup of EventLog was restored to.').conflicts('fromData'),
    )
    .addOption(
      valueOption('--from-data <folder>', 'A copy of the data folder of a local system, instead of a table.', (text) =>
        resolve(text),
      ),
    )
    .option('--dry-run', 'Only say what would be restored, and what is lost.')
    .option(
      '--republish',
      'Give new positions to revisions of the backup whose positions the log has given to others since it was damaged.',
    )
    .option(
      '--overwrite',
      'Put items of the backup in the place of those with another content. Without it, they are listed. What was taken down is never brought back.',
    );
  command.addOption(graceOption());
  addTableOptions(command, wanted).action((options: Options, command: Command) => {
    if (options.from === undefined && options.fromData === undefined)
      misused(command, '--from or --from-data is needed.');
    return withTables(command, wanted, async (target) => {
      const isDone = await withBackup(options, target, (backup) => {
        // After the backup is opened: the environment says where the local database is.
        setFunctionEnvironment(target);
        return restore(options, target, backup, terminal);
      });
      if (!isDone) terminal.exitCode = exitCodes.failed;
    });
  });
}
