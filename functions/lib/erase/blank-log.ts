import { isDeepStrictEqual } from 'node:util';
import { ContentRemoval } from '../../../events/content-removal.ts';
import type { EventValues } from '../../../events/event-values.ts';
import { takesDown } from '../../../events/redaction.ts';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { cleanFeedEntry, cleanRevision } from '../event-log/blank.ts';
import { publishedPage, type StandIn } from '../event-log/published.ts';
import { standInFor } from '../event-log/stand-in.ts';
import { forgetNote } from '../redactions/redactions.ts';
import { inParallel } from '../runtime/concurrency.ts';

/** Revisions may have 64 KiB each. */
const revisionsPerPage = 50;
const updatesAtOnce = 8;

interface Cleaning {
  /** As it is in the log; made up if it cannot be read. */
  readonly before: PublishedRevision;
  readonly clean: PublishedRevision;
  readonly values: EventValues;
  readonly isReadable: boolean;
}

/** The revision comes before its feed entry: what reads a feed entry without values finds no content. */
async function cleanOne({ before, clean, values, isReadable }: Cleaning): Promise<void> {
  if (!isReadable || !isDeepStrictEqual(before, clean)) await cleanRevision(clean);
  if (clean.redaction && clean.note === undefined) await forgetNote(clean.eventId, clean.revision);
  await cleanFeedEntry(clean, values);
}

interface BlankOptions {
  /** The first revision that may not be blank yet. */
  readonly next: number;
  readonly hasTime: () => boolean;
  /** Stores that all revisions before one are blank. */
  readonly keep: (next: number) => Promise<void>;
}

/**
 * Takes the content that a redaction takes down out of the log: out of the revisions, page by page, and what later ones
 * carry of it. It may be interrupted at any call, and be done again. A revision that cannot be read is replaced as
 * well.
 *
 * @returns whether it came to the end
 */
export async function blankLog(redaction: Revision, { next, hasTime, keep }: BlankOptions): Promise<boolean> {
  const removal = new ContentRemoval(redaction);
  const standIn = standInFor(redaction, (revision) => takesDown(redaction, { revision }));
  const unreadable = new Set<number>();
  const madeUp: StandIn = (marker) => {
    const revision = standIn(marker);
    unreadable.add(marker.revision);
    return revision;
  };
  for (let after = -1, more = true; more; ) {
    if (!hasTime()) return false;
    const page = await publishedPage(redaction.eventId, after, revisionsPerPage, madeUp);
    const cleanings = page.revisions
      .filter(({ revision }) => revision < redaction.revision)
      .map((before): Cleaning => {
        const isReadable = !unreadable.has(before.revision);
        return { before, clean: removal.next(before), values: removal.values, isReadable };
      });
    const due = cleanings.filter(({ before }) => before.revision >= next);
    await inParallel(due, updatesAtOnce, cleanOne);
    const last = page.revisions.at(-1)?.revision ?? redaction.revision;
    more = page.more && last < redaction.revision;
    if (more && due.length > 0) await keep(last + 1);
    after = last;
  }
  return true;
}
