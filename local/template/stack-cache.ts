import { createHash } from 'node:crypto';
import { cp, glob, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/** Stacks are kept with the packages they were made with, and go with them. */
const keepFolder = join('node_modules', '.cache', 'timeline-stacks');
const stacksKept = 3;
const unfinishedMark = '.unfinished-';

async function contentHash(root: string, folders: readonly string[]): Promise<string> {
  const files = [join(root, 'package-lock.json'), join(root, 'cdk.json')];
  for (const folder of folders) for await (const file of glob(join(folder, '**', '*.{ts,js}'))) files.push(file);
  const hash = createHash('sha256').update(process.version);
  for (const file of files.sort()) {
    hash.update(`\n${relative(root, file)}\n`).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function forgetOthers(keep: string, latest: string): Promise<void> {
  const others = (await readdir(keep)).filter((name) => name !== latest && !name.includes('.'));
  for (const name of others.slice(0, Math.max(0, others.length + 1 - stacksKept))) {
    await rm(join(keep, name), { recursive: true, force: true });
  }
}

async function keepCopy(folder: string, keep: string, name: string): Promise<void> {
  const unfinished = join(keep, `${name}.${process.pid}`);
  await mkdir(keep, { recursive: true });
  await cp(folder, unfinished, { recursive: true });
  // Two may make the same at once: whoever is first has made it for both.
  await rename(unfinished, join(keep, name)).catch(() => rm(unfinished, { recursive: true, force: true }));
  await forgetOthers(keep, name);
}

async function copyIfKept(kept: string, folder: string): Promise<boolean> {
  try {
    await cp(kept, folder, { recursive: true });
    return true;
  } catch {
    await rm(folder, { recursive: true, force: true });
    return false;
  }
}

/** What a process that was killed has begun; should its synthesis still go on, the rest of it goes the next time. */
async function removeUnfinished(folder: string): Promise<void> {
  const siblings = await readdir(dirname(folder)).catch(() => []);
  for (const name of siblings.filter((sibling) => sibling.startsWith(`${basename(folder)}${unfinishedMark}`))) {
    await rm(join(dirname(folder), name), { recursive: true, force: true }).catch(() => {});
  }
}

/**
 * Puts the stack of these sources into a folder: a copy of the one kept, if nothing has changed since it was synthesized, or else
 * a new one, which then is kept.
 *
 * @param root the project; its lock file and settings count as sources too
 * @param folders where the sources are
 * @param make synthesizes into a folder
 */
export async function synthesizeOrCopy(
  root: string,
  folders: readonly string[],
  folder: string,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  const keep = join(root, keepFolder);
  const name = await contentHash(root, folders);
  await removeUnfinished(folder);
  await rm(folder, { recursive: true, force: true });
  // Not in place: the synthesis outlives us if we are killed, and must not write where the next one does.
  const fresh = `${folder}${unfinishedMark}${process.pid}`;
  const isKept = await copyIfKept(join(keep, name), fresh);
  try {
    if (!isKept) await make(fresh);
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
  if (isKept) return;
  // What was changed meanwhile may or may not be in it.
  if ((await contentHash(root, folders)) !== name) return;
  // Where the packages cannot be written to, nothing is kept.
  await keepCopy(folder, keep, name).catch(() => {});
}
