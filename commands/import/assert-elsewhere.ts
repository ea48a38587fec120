import { eventIdPattern } from '../../events/identity.ts';
import { CommandFailure } from '../terminal/cli.ts';
import type { Line } from './read-lines.ts';

/** The public id of an event whose id is as `export` writes it: the public id without its prefix. */
const publicIdOf = (id: string) => `evt_${id}`;

/** The event is there, or was there and is taken down. */
const found = [200, 410];

const timeoutMs = 10_000;

/** The public id of the event that a line was exported from; null if it was not. */
function exportedFrom(text: string): string | null {
  const { id } = JSON.parse(text) as { readonly id?: unknown };
  return typeof id === 'string' && eventIdPattern.test(publicIdOf(id)) ? publicIdOf(id) : null;
}

/** Whether a system has an event. Without a response it is not known: what is sent next says what is wrong. */
async function has(url: string, eventId: string): Promise<boolean> {
  try {
    const response = await fetch(new URL(`/v1/events/${eventId}`, url), { signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return found.includes(response.status);
  } catch {
    return false;
  }
}

/**
 * Asserts that a file was not exported from the system that it is imported into: each event would be there twice, under
 * another id. Of the lines that may have been exported, the first and the last are looked up.
 *
 * @throws {CommandFailure} when it was
 */
export async function assertElsewhere(lines: readonly Line[], url: string): Promise<void> {
  const exported = lines.flatMap(({ text, number }) => {
    const eventId = exportedFrom(text);
    return eventId === null ? [] : [{ eventId, number }];
  });
  for (const { eventId, number } of [...exported.slice(0, 1), ...exported.slice(1).slice(-1)]) {
    if (!(await has(url, eventId))) continue;
    throw new CommandFailure(
      `Line ${number} is ${eventId} of this system: the file was exported from ${url}. Its events would be there twice, so nothing was sent. Import it into another system, by --url or TIMELINE_URL.`,
    );
  }
}
