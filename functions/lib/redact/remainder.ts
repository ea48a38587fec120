import { ContentRemoval } from '../../../events/content-removal.ts';
import type { Standing } from '../../../events/decide-redaction.ts';
import { NotFound, StateConflict } from '../../../events/input/errors.ts';
import { takesDown } from '../../../events/redaction.ts';
import { NoteReview } from '../../../events/redaction-note.ts';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { revisionsOf } from '../event-log/log.ts';
import { publishedPage } from '../event-log/published.ts';

/** Revisions may have 64 KiB each, and a read returns 1 MB at most. */
const revisionsPerPage = 100;

async function* publishedRevisions(eventId: string): AsyncGenerator<PublishedRevision> {
  for (let after = -1, more = true; more; ) {
    const page = await publishedPage(eventId, after, revisionsPerPage);
    yield* page.revisions;
    after = page.revisions.at(-1)?.revision ?? after;
    more = page.more;
  }
}

function shownCorrection({ kind, note = '', publishedAt, changed = [], correction }: PublishedRevision) {
  if (kind === 'corrected') return { correction: { note, at: publishedAt, changed } };
  return correction ? { correction } : {};
}

/**
 * Compares the note of a redaction of a whole event with the revisions that it takes down.
 *
 * @throws {InvalidInput} when it repeats words of theirs
 */
async function reviewWhole(redaction: Revision): Promise<void> {
  const review = new NoteReview(redaction.note ?? '');
  for await (const revision of revisionsOf(redaction.eventId)) review.compare(revision);
  review.assertRepeatsNothing();
}

/** What a redaction of some revisions leaves, or the revision that did the same before. */
export type Remainder = { readonly standing: Standing } | { readonly replayed: Revision };

/**
 * What stays once some revisions are taken down: those of the redaction, and those of earlier redactions, whose content may still be in
 * the log.
 */
async function cleanStanding(redaction: Revision, revisions: readonly number[]): Promise<Standing> {
  const all = { ...redaction, redaction: { ...redaction.redaction, revisions } } as Revision;
  const removal = new ContentRemoval(all);
  let last: PublishedRevision | null = null;
  for await (const revision of publishedRevisions(redaction.eventId)) last = removal.next(revision);
  if (last?.revision !== redaction.revision - 1) {
    throw new NotFound('The event has a revision that is not published yet. Try again in a second.', true);
  }
  return { revision: last.revision, values: removal.values, ...shownCorrection(last) };
}

/**
 * Reads all revisions of an event to find what stays of it once some are taken down, and compares the note with those.
 *
 * @throws {NotFound} when the latest revision is not published yet: then it is not known what its entry shows
 * @throws {StateConflict} when all of them were taken down before
 * @throws {InvalidInput} when the note repeats words of what is taken down, unless that is confirmed
 */
async function standingAfter(redaction: Revision, confirmNote: boolean): Promise<Remainder> {
  const review = new NoteReview(redaction.note ?? '');
  const named = new Set<number>();
  const left = new Set(redaction.redaction?.revisions);
  for await (const revision of publishedRevisions(redaction.eventId)) {
    if (revision.redaction && revision.digest === redaction.digest) return { replayed: revision };
    if (takesDown(redaction, revision)) review.compare(revision);
    for (const number of revision.redaction?.revisions ?? []) {
      named.add(number);
      left.delete(number);
    }
  }
  if (left.size === 0) throw new StateConflict('These revisions were taken down before.');
  if (!confirmNote) review.assertRepeatsNothing();
  return { standing: await cleanStanding(redaction, [...named, ...left]) };
}

/**
 * What stays of an event once a redaction is carried out; null if it is taken down whole.
 *
 * @param redaction the redaction, whose own content is not decided yet
 * @param confirmNote whether the note may repeat what it takes down
 * @throws {Error} as `standingAfter` does
 */
export async function remainderOf(redaction: Revision, confirmNote: boolean): Promise<Remainder | null> {
  if (redaction.redaction?.revisions) return standingAfter(redaction, confirmNote);
  if (!confirmNote) await reviewWhole(redaction);
  return null;
}
