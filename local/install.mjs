// Installs the packages of a folder if they are not those of its package-lock.json. Plain JavaScript without
// dependencies: it runs before anything is installed.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return undefined;
  }
}

/** npm writes the list of installed packages at the end of an installation, so the list shows that it was complete. */
function isInstalled(folder, withDev) {
  const installed = lockedPackages(join(folder, 'node_modules', '.package-lock.json'));
  const wanted = lockedPackages(join(folder, 'package-lock.json'));
  if (!installed) return false;
  if (!wanted)
    throw new Error('package-lock.json is missing or damaged. Restore it with: git checkout package-lock.json');
  return Object.entries(wanted).every(([path, { version, dev, optional, devOptional, peer }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === version : Boolean(optional || devOptional || peer || (dev && !withDev));
  });
}

/**
 * @param {string} folder with package.json and package-lock.json
 * @param {{ announcement: string, withDev?: boolean }} options what is printed before an installation; whether
 *   development dependencies are needed (default true)
 * @throws {Error} when they cannot be installed
 */
export function installPackages(folder, { announcement, withDev = true }) {
  if (isInstalled(folder, withDev)) return;
  console.error(announcement);
  const npm = process.env.npm_execpath ?? '';
  const viaNode = basename(npm).startsWith('npm-cli');
  const npmArguments = ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...(withDev ? [] : ['--omit=dev'])];
  const { status, error } = spawnSync(
    viaNode ? process.execPath : 'npm',
    viaNode ? [npm, ...npmArguments] : npmArguments,
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: !viaNode && process.platform === 'win32' },
  );
  if (error) throw new Error(`npm cannot be run (${error.message}). Install Node.js with npm, then try again.`);
  if (status !== 0)
    throw new Error('The packages could not be installed. npm says why above. Fix that, then try again.');
}
