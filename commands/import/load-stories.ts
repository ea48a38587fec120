import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure } from '../terminal/cli.ts';
import type { Target } from './event-poster.ts';
import { importEvents } from './import-events.ts';

const stories = ['karabakh-2020', 'scotland-2014'] as const;

const example = (name: string) => readFile(new URL(`../../examples/${name}`, import.meta.url));

/** An example story that was loaded, with the number of its events. */
interface LoadedStory {
  readonly story: string;
  readonly events: number;
}

/** A request that follows the first events. Each is safe to repeat. */
interface FollowUp {
  readonly method: string;
  readonly path: string;
  readonly ifMatch?: string;
  readonly body: object;
}

const stateFile = (dataFolder: string) => join(dataFolder, 'story');

async function isBegun(dataFolder: string): Promise<boolean> {
  return (await readFile(stateFile(dataFolder), 'utf8').catch(() => '')).trim() === 'begun';
}

async function isEmpty({ url }: Target): Promise<boolean> {
  const response = await fetch(new URL('/v1/changes?limit=1', url));
  return ((await response.json()) as { head: number }).head === 0;
}

async function follow({ method, path, ifMatch, body }: FollowUp, { url, key }: Target): Promise<void> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${key}`,
      ...(ifMatch && { 'if-match': ifMatch }),
    },
    body: JSON.stringify(body),
  });
  if (response.ok) return;
  throw new CommandFailure(
    `Loading the example stories failed: the response to ${method} ${path} is ${response.status}: ${await response.text()}`,
  );
}

async function loadStory(story: string, target: Target): Promise<LoadedStory> {
  const { created, replayed, refused } = await importEvents(await example(`${story}.ndjson`), target);
  if (refused.length > 0) {
    throw new CommandFailure(
      `Loading the story ${story} failed. The API refused these events: ${JSON.stringify(refused)}`,
    );
  }
  const followUps = JSON.parse(String(await example(`${story}.follow-ups.json`))) as FollowUp[];
  for (const call of followUps) await follow(call, target);
  return { story, events: created + replayed };
}

/**
 * Loads the example stories, with what follows their first events, if the record is empty or an earlier run was
 * interrupted while it loaded them.
 *
 * @returns the stories that were loaded; none if there was nothing to do
 * @throws {CommandFailure} when the API refuses one
 */
export async function loadStories(dataFolder: string, target: Target): Promise<LoadedStory[]> {
  if (!(await isBegun(dataFolder)) && !(await isEmpty(target))) return [];
  await writeFile(stateFile(dataFolder), 'begun\n', { mode: 0o600 });
  const loaded: LoadedStory[] = [];
  for (const story of stories) loaded.push(await loadStory(story, target));
  await writeFile(stateFile(dataFolder), 'loaded\n', { mode: 0o600 });
  return loaded;
}
