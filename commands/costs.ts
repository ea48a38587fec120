import type { Command } from 'commander';
import { parseConfig } from '../infra/config/settings.ts';
import { busyTable, idleTable, storageTable } from '../infra/costs/cost-tables.ts';
import { pricedAt } from '../infra/costs/prices.ts';
import { addCommand, CommandFailure, type Terminal } from './terminal/cli.ts';

interface Options {
  readonly profiles?: true;
}

/** The two profiles, without other settings. */
const profiles = { stages: { full: { profile: 'full' }, small: { profile: 'small' } } } as const;

async function configured() {
  try {
    return parseConfig((await import('../timeline.config.ts')).default);
  } catch (error) {
    throw new CommandFailure((error as Error).message);
  }
}

/** Adds `costs`, which says what a stage costs at list prices. */
export function costsCommand(program: Command, terminal: Terminal): void {
  const { print } = terminal;
  addCommand(program, 'costs', {
    summary: 'Show what each stage costs.',
    description: `Shows what each stage of timeline.config.ts costs while nothing happens, and for a million events, pages and messages. It
counts what the template has, at the list prices in infra/costs/prices.ts. It asks nothing of AWS.`,
    examples: [
      ['The stages that are configured', 'npx timeline costs'],
      ['The two profiles, to choose one', 'npx timeline costs --profiles'],
    ],
    exitCodes: { done: 'The costs are shown.', failed: 'The configuration is wrong.' },
  })
    .option('--profiles', 'Show the profiles full and small instead of the configured stages.')
    .action(async ({ profiles: isOfProfiles }: Options) => {
      const stages = isOfProfiles ? parseConfig(profiles) : await configured();
      // Loading the CDK takes a second.
      const { stageTemplates } = await import('../infra/stage-templates.ts');
      const templates = stageTemplates(stages);
      print(`US dollars at list prices of ${pricedAt.region}, ${pricedAt.date}, without taxes.\n`);
      print(`While nothing happens\n\n${idleTable(templates)}\n`);
      for (const [stage, own] of Object.entries(templates))
        print(`A million of these: ${stage}\n\n${busyTable(own)}\n`);
      print(`Storage\n\n${storageTable(templates)}`);
    });
}
