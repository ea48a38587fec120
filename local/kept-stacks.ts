import { createHash } from 'node:crypto';
import { cp, glob, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Stacks are kept with the packages they were made with, and go with them. */
const keepFolder = join('node_modules', '.cache', 'timeline-stacks');
const stacksKept = 3;

async function contentHash(root: string, folders: readonly string[]): Promise<string> {
  const files = [join(root, 'package-lock.json'), join(root, 'cdk.json')];
  for (const folder of folders) for await (const file of glob(join(folder, '**', '*.ts'))) files.push(file);
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

/**
 * Puts the stack of these sources into a folder: a copy of the one kept, if nothing has changed since it was synthesized, or else
 * a new one, which then is kept.
 *
 * @param root the project; its lock file and settings count as sources too
 * @param folders where the sources are
 * @param make synthesizes into a folder
 */
export async function withKeptStack(
  root: string,
  folders: readonly string[],
  folder: string,
  make: () => Promise<void>,
): Promise<void> {
  const keep = join(root, keepFolder);
  const name = await contentHash(root, folders);
  await rm(folder, { recursive: true, force: true });
  try {
    await cp(join(keep, name), folder, { recursive: true });
    return;
  } catch {
    await rm(folder, { recursive: true, force: true });
  }
  await make();
  // Where the packages cannot be written to, nothing is kept.
  await keepCopy(folder, keep, name).catch(() => {});
}
