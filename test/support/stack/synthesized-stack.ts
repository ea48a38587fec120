import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig, type TimelineConfig } from '../../../infra/config/settings.ts';
import { writeEmptyFunctions } from '../../../infra/functions/empty-functions.ts';
import { lockFolder } from '../../../local/data/folder-lock.ts';
import { synthesize } from '../../../local/template/synthesize.ts';

const synthesisPatienceMs = 110_000;

/** Makes a folder that all suites share, unless there is one of that name already. */
async function madeOnce(name: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const shared = process.env.TIMELINE_SHARED_FOLDER ?? '';
  const folder = join(shared, name);
  const lock = await lockFolder(join(shared, `${name}.lock`), synthesisPatienceMs);
  if (!lock) throw new Error('The stack was not synthesized in time.');
  try {
    if (!existsSync(folder)) {
      await make(`${folder}.new`);
      await rename(`${folder}.new`, folder);
    }
    return folder;
  } finally {
    lock.release();
  }
}

/** The stage of the stack that all suites share. */
export const sharedStage = 'local';

/**
 * The folder of the synthesized stack with its bundles. It takes seconds to make: the first suite that asks makes it
 * for all.
 */
export const synthesizedStack = (): Promise<string> => madeOnce('cdk.out', (folder) => synthesize(folder));

async function synthesizeInto(outputFolder: string, config: TimelineConfig): Promise<void> {
  const { timelineApp } = await import('../../../infra/timeline-app.ts');
  const bundles = writeEmptyFunctions(join(outputFolder, 'bundles'));
  timelineApp({ outputFolder, bundles, stages: parseConfig(config) }).synth();
}

/** The folder of the stacks of a configuration, with empty functions. */
export function configuredStacks(config: TimelineConfig): Promise<string> {
  const name = createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16);
  return madeOnce(name, (folder) => synthesizeInto(folder, config));
}
