import { readHeld } from '../held-events/held-events.ts';
import { HeldEventChanged, writeHeld } from '../held-events/write-held.ts';

/**
 * Removes a held event whose id is that of an event that is being taken down: it would never be published, and may have
 * the same content. If it changes at that moment, the next run removes it.
 */
export async function forgetHeld(newsroom: string, eventId: string): Promise<void> {
  const held = await readHeld(newsroom, eventId);
  if (!held) return;
  try {
    await writeHeld(held, null);
  } catch (error) {
    if (!(error instanceof HeldEventChanged)) throw error;
  }
}
