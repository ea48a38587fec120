import { CommandFailure } from '../cli.ts';
import type { Line } from './read-lines.ts';

/** An id as `export` writes it: a public id without its prefix. */
const exportedId = /^[a-z2-7]{26}$/;

/** The event is there, or was there and is taken down. */
const found = [200, 410];

const timeoutMs = 10_000;

/** Most files have none, and are not parsed for it. */
const mayHaveExportedId = /"id"\s*:\s*"[a-z2-7]{26}"/;

function idIn({ text }: Line): string | null {
  if (!mayHaveExportedId.test(text)) return null;
  const { id } = JSON.parse(text) as { readonly id?: unknown };
  return typeof id === 'string' && exportedId.test(id) ? id : null;
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
 * Asserts that a file was not exported from the system that it is imported into: each event would be there twice, under another id. Of the
 * lines that may have been exported, the first and the last are looked up.
 *
 * @throws {CommandFailure} when it was
 */
export async function assertElsewhere(lines: readonly Line[], url: string): Promise<void> {
  const isExported = (line: Line) => idIn(line) !== null;
  for (const line of [lines.find(isExported), lines.findLast(isExported)]) {
    if (!line) return;
    const eventId = `evt_${idIn(line)}`;
    if (!(await has(url, eventId))) continue;
    throw new CommandFailure(
      `Line ${line.number} is ${eventId} of this system: the file was exported from ${url}. Its events would be there twice, so nothing was sent. Import it into another system, by --url or TIMELINE_URL.`,
    );
  }
}
