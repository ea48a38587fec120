import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sharedStage } from './synthesized-stack.ts';

const templateFile = `Timeline-${sharedStage}.template.json`;

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test takes out whatever it likes
  readonly Properties: any;
}

export type Resources = Record<string, Resource>;

/** Puts a copy of a synthesized stack into an empty folder, with its template altered. */
export async function alteredStack(folder: string, original: string, alter: (resources: Resources) => void) {
  for (const name of await readdir(original)) {
    if (name !== templateFile) await symlink(join(original, name), join(folder, name));
  }
  const template = JSON.parse(await readFile(join(original, templateFile), 'utf8'));
  alter(template.Resources);
  await writeFile(join(folder, templateFile), JSON.stringify(template));
}

/** Takes out the resources of a type that a condition holds for; there must be some. */
export function takeOut(resources: Resources, type: string, holds: (properties: Resource['Properties']) => boolean) {
  const ids = Object.keys(resources).filter((id) => resources[id]?.Type === type && holds(resources[id].Properties));
  if (ids.length === 0) throw new Error(`The template has no such ${type}.`);
  for (const id of ids) delete resources[id];
}
