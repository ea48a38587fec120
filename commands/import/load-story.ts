import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure } from '../cli.ts';
import type { Target } from './event-poster.ts';
import { importEvents } from './import-events.ts';

const events = new URL('../../examples/karabakh-2020.ndjson', import.meta.url);
const followUps = new URL('../../examples/karabakh-2020.follow-ups.json', import.meta.url);

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
    `Loading the first story failed: the response to ${method} ${path} is ${response.status}: ${await response.text()}`,
  );
}

/**
 * Loads the first story, with its corrections, if the record is empty or an earlier run was interrupted while it loaded.
 *
 * @returns the number of events that were loaded; null if there was nothing to do
 * @throws {CommandFailure} when the API refuses it
 */
export async function loadStory(dataFolder: string, target: Target): Promise<number | null> {
  if (!(await isBegun(dataFolder)) && !(await isEmpty(target))) return null;
  await writeFile(stateFile(dataFolder), 'begun\n', { mode: 0o600 });
  const { created, replayed, refused } = await importEvents(await readFile(events), target);
  if (refused.length > 0) {
    throw new CommandFailure(
      `Loading the first story failed. The API refused these events: ${JSON.stringify(refused)}`,
    );
  }
  for (const call of JSON.parse(await readFile(followUps, 'utf8')) as FollowUp[]) await follow(call, target);
  await writeFile(stateFile(dataFolder), 'loaded\n', { mode: 0o600 });
  return created + replayed;
}
