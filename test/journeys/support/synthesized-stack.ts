import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from '../../../local/data/folder-lock.ts';
import { synthesize } from '../../../local/template/synthesize.ts';

const synthesisPatienceMs = 110_000;

/** The folder of the synthesized stack with its bundles. It takes seconds to make: the first who asks makes it for all. */
export async function synthesizedStack(): Promise<string> {
  const shared = process.env.TIMELINE_SHARED_FOLDER ?? '';
  const folder = join(shared, 'cdk.out');
  const lock = await lockFolder(shared, synthesisPatienceMs);
  if (!lock) throw new Error('The stack was not synthesized in time.');
  try {
    if (!existsSync(folder)) {
      await synthesize(`${folder}.new`);
      await rename(`${folder}.new`, folder);
    }
    return folder;
  } finally {
    lock.release();
  }
}
