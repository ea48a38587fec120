import { isDeepStrictEqual } from 'node:util';
import { ContentRemoval } from '../../../events/content-removal.ts';
import type { EventValues } from '../../../events/event-values.ts';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { cleanFeedEntry, cleanRevision } from '../event-log/blank.ts';
import { publishedPage } from '../event-log/published.ts';
import { forgetNote } from '../redactions/redactions.ts';
import { inParallel } from '../runtime/concurrency.ts';

/** Revisions may have 64 KiB each. */
const revisionsPerPage = 50;
const updatesAtOnce = 8;

interface Cleaning {
  readonly before: PublishedRevision;
  readonly clean: PublishedRevision;
  readonly values: EventValues;
}

/** The revision comes before its feed entry: what reads a feed entry without values finds no content. */
async function cleanOne({ before, clean, values }: Cleaning): Promise<void> {
  if (!isDeepStrictEqual(before, clean)) await cleanRevision(clean);
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
 * Takes the content that a redaction takes down out of the log: out of the revisions, page by page, and what later ones carry of it. It
 * may be interrupted at any call, and be done again.
 *
 * @returns whether it came to the end
 */
export async function blankLog(redaction: Revision, { next, hasTime, keep }: BlankOptions): Promise<boolean> {
  const removal = new ContentRemoval(redaction);
  for (let after = -1, more = true; more; ) {
    if (!hasTime()) return false;
    const page = await publishedPage(redaction.eventId, after, revisionsPerPage);
    const cleanings = page.revisions
      .filter(({ revision }) => revision < redaction.revision)
      .map((before): Cleaning => ({ before, clean: removal.next(before), values: removal.values }));
    const due = cleanings.filter(({ before }) => before.revision >= next);
    await inParallel(due, updatesAtOnce, cleanOne);
    const last = page.revisions.at(-1)?.revision ?? redaction.revision;
    more = page.more && last < redaction.revision;
    if (more && due.length > 0) await keep(last + 1);
    after = last;
  }
  return true;
}
