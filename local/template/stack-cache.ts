import { createHash } from 'node:crypto';
import { chmod, cp, glob, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/** In node_modules, so that stacks are deleted together with the packages by which they were synthesized. */
const cacheFolder = join('node_modules', '.cache', 'timeline-stacks');
const maximumStacks = 3;
const unfinishedMark = '.unfinished-';
const ownerOnly = 0o700;

async function contentHash(root: string, folders: readonly string[]): Promise<string> {
  const files = ['package-lock.json', 'cdk.json', 'timeline.config.ts', 'openapi.json'].map((name) => join(root, name));
  for (const folder of folders) for await (const file of glob(join(folder, '**', '*.{ts,js,md}'))) files.push(file);
  const hash = createHash('sha256').update(process.version);
  for (const file of files.sort()) {
    hash.update(`\n${relative(root, file)}\n`).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function removeOldest(cache: string, latest: string): Promise<void> {
  const others = (await readdir(cache)).filter((name) => name !== latest && !name.includes('.'));
  for (const name of others.slice(0, Math.max(0, others.length + 1 - maximumStacks))) {
    await rm(join(cache, name), { recursive: true, force: true });
  }
}

async function addCopy(folder: string, cache: string, name: string): Promise<void> {
  const unfinished = join(cache, `${name}.${process.pid}`);
  await mkdir(cache, { recursive: true, mode: ownerOnly });
  await cp(folder, unfinished, { recursive: true });
  // Two processes may add the same stack at once. The first one wins.
  await rename(unfinished, join(cache, name)).catch(() => rm(unfinished, { recursive: true, force: true }));
  await removeOldest(cache, name);
}

async function copyIfCached(cached: string, folder: string): Promise<boolean> {
  try {
    await cp(cached, folder, { recursive: true });
    return true;
  } catch {
    await rm(folder, { recursive: true, force: true });
    return false;
  }
}

/** Lets only its owner look into a folder and those within. */
async function restrict(folder: string): Promise<void> {
  await chmod(folder, ownerOnly);
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) if (entry.isDirectory()) await restrict(join(folder, entry.name));
}

/**
 * Removes folders that a killed process left unfinished. If its synthesis still runs, the next call removes the rest.
 */
async function removeUnfinished(folder: string): Promise<void> {
  const siblings = await readdir(dirname(folder)).catch(() => []);
  for (const name of siblings.filter((sibling) => sibling.startsWith(`${basename(folder)}${unfinishedMark}`))) {
    await rm(join(dirname(folder), name), { recursive: true, force: true }).catch(() => {});
  }
}

/**
 * Puts the stack of these sources into a folder. If no source has changed since the last synthesis, it copies the stack
 * from the cache. Otherwise it synthesizes the stack and adds it to the cache.
 *
 * @param root the project; its lock file, cdk.json, timeline.config.ts and openapi.json count as sources too
 * @param folders the folders of the sources
 * @param make synthesizes into a folder; it is called only if the cache has no copy
 */
export async function synthesizeOrCopy(
  root: string,
  folders: readonly string[],
  folder: string,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  const cache = join(root, cacheFolder);
  const name = await contentHash(root, folders);
  await removeUnfinished(folder);
  await rm(folder, { recursive: true, force: true });
  // The synthesis goes on if this process is killed, so it must not write to the folder that the next process uses.
  const fresh = `${folder}${unfinishedMark}${process.pid}`;
  const isCopy = await copyIfCached(join(cache, name), fresh);
  try {
    if (!isCopy) await make(fresh);
    await restrict(fresh);
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
  if (isCopy) return;
  // The stack may or may not contain changes that were made during the synthesis, so it is not cached if there were
  // any.
  if ((await contentHash(root, folders)) !== name) return;
  // If node_modules cannot be written, nothing is cached.
  await addCopy(folder, cache, name).catch(() => {});
}
