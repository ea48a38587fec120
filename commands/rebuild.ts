import type { Command } from 'commander';
import type { Rebuilt } from '../functions/lib/rebuild/rebuild.ts';
import { addTableOptions, setFunctionEnvironment, withTables } from './tables/table-target.ts';
import { addCommand, exitCodes, type Terminal } from './terminal/cli.ts';
import { graceOption } from './terminal/grace-option.ts';
import { progressOn } from './terminal/progress.ts';

interface Options {
  readonly acceptDifferences?: true;
  readonly anew?: true;
  /** Milliseconds. */
  readonly grace?: number;
  readonly json?: true;
}

function sentenceOf({ outcome, position, parked, differences, removed }: Rebuilt): string {
  const parkedToo = parked.length > 0 ? ` Parked: position ${parked.join(', ')}.` : '';
  const count = differences?.count ?? 0;
  switch (outcome) {
    case 'differs':
      return `Not switched: ${count} differences at position ${position}. See --accept-differences in --help.${parkedToo}`;
    case 'cleared':
      return `Finished a rebuild that was interrupted: ${removed} old items removed. Run it again for another rebuild.${parkedToo}`;
    case 'switched':
      return `Switched to the rebuilt timelines at position ${position}; ${count} differences; ${removed} old items removed.${parkedToo}`;
  }
}

function jsonOf({ differences, ...rebuilt }: Rebuilt): string {
  const shown = differences && { count: differences.count, examples: differences.examples };
  return JSON.stringify({ ...rebuilt, differences: shown });
}

/** Adds `rebuild`, which projects the whole record again. */
export function rebuildCommand(program: Command, terminal: Terminal): void {
  const { print, remark } = terminal;
  const command = addCommand(program, 'rebuild', {
    summary: 'Rebuild the timelines from the log.',
    description: `Projects the whole log into new timelines beside those in use, compares both, switches to the new ones in one step, and
removes the old ones. Reads and writes go on meanwhile. Run it from the release that is deployed: after a release whose changelog asks
for it, after damage to the table Timelines, and if "reconcile" cannot project a parked entry. If it is interrupted, run it again: it
continues where it was.`,
    examples: [
      ['The local system', 'npx timeline rebuild'],
      ['A deployed system', 'npx timeline rebuild --event-log EVENT_LOG_TABLE --timelines TIMELINES_TABLE'],
    ],
    exitCodes: {
      done: 'The rebuilt timelines are in use.',
      failed: 'Readers would see differences, which are listed, and nothing was switched; or the work failed.',
    },
  });
  addTableOptions(command, ['eventLog', 'timelines'])
    .option(
      '--accept-differences',
      'Switch although readers will see differences: right if the timelines in use are damaged or were made by an earlier release.',
    )
    .option('--anew', 'Discard the work of an interrupted rebuild: right after a new release.')
    .addOption(graceOption())
    .option('--json', 'Print the result as JSON: outcome, position, parked positions, differences, removed items.')
    .action(({ acceptDifferences, anew, grace, json }: Options, command: Command) =>
      withTables(command, ['eventLog', 'timelines'], async (target) => {
        setFunctionEnvironment(target);
        const { rebuild } = await import('../functions/lib/rebuild/rebuild.ts');
        // While no system runs, nothing reads the old timelines.
        const graceMs = grace ?? (target.isInUse ? undefined : 0);
        const rebuilt = await rebuild({
          acceptDifferences: acceptDifferences ?? false,
          anew: anew ?? false,
          onProgress: progressOn(remark),
          ...(graceMs !== undefined && { graceMs }),
        });
        for (const example of rebuilt.differences?.examples ?? []) remark(example);
        print(json ? jsonOf(rebuilt) : sentenceOf(rebuilt));
        if (rebuilt.outcome === 'differs') terminal.exitCode = exitCodes.failed;
      }),
    );
}
