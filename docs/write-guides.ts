import { readFile, writeFile } from 'node:fs/promises';
import { processTerminal } from '../commands/terminal/cli.ts';
import { timeline } from '../commands/timeline.ts';
import { parseConfig } from '../infra/config/settings.ts';
import { stageTemplates } from '../infra/stage-templates.ts';
import { withCommands } from './command-line.ts';
import { guidesWithCosts, withCosts } from './cost-figures.ts';
import { guidesWithExamples, withExamples } from './example-code.ts';
import { filledInGuides, withNumbers } from './numbers.ts';

async function fill(name: string, filled: (guide: string) => string): Promise<void> {
  const guide = new URL(name, import.meta.url);
  await writeFile(guide, filled(await readFile(guide, 'utf8')));
}

/**
 * Fills the numbers of delivery timing, the limits of sizes, the costs, the commands and whole examples into the
 * guides: run it after every change of them, or of what the stack has.
 */
for (const name of filledInGuides) await fill(name, withNumbers);
const profiles = stageTemplates(parseConfig({ stages: { full: { profile: 'full' }, small: { profile: 'small' } } }));
for (const name of guidesWithCosts) await fill(name, (guide) => withCosts(guide, profiles));
await fill('command-line.md', (guide) => withCommands(guide, timeline(processTerminal())));
for (const name of guidesWithExamples) await fill(name, withExamples);
