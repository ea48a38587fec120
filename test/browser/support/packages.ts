import { createRequire } from 'node:module';
import { join } from 'node:path';
import { lockFolder } from '../../../local/data/folder-lock.ts';
import { installPackages } from '../../../local/install.mjs';

const folder = join(import.meta.dirname, '..');
const installationPatienceMs = 300_000;

/**
 * The packages of the browser tests are in a folder of their own, which the graph of the modules of a test does not
 * look into.
 */
export const requireForBrowser = createRequire(join(folder, 'package.json'));

/**
 * Installs what the tests in a browser need, unless it is there.
 *
 * @param withChromium whether a Chromium is installed too: 67 MB that a machine with a Chromium of its own does not
 *   need
 */
export async function installForBrowser(withChromium: boolean): Promise<void> {
  // Several test files may ask at once.
  const lock = await lockFolder(join(process.env.TIMELINE_SHARED_FOLDER ?? '', 'browser.lock'), installationPatienceMs);
  if (!lock) throw new Error('The packages of the browser tests were not installed in time.');
  try {
    const announcement = 'Installing the packages of the tests in a browser with "npm ci". This happens once …';
    installPackages(folder, { announcement, withDev: withChromium });
  } finally {
    lock.release();
  }
}
