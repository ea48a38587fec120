import type { CloudEvent, EventData } from './event.ts';
import { allValues, countValues, type EventValues, noValues, valuesOf, valuesWithout } from './event-values.ts';
import { takesDown } from './redaction.ts';
import type { PublishedRevision, Revision } from './revision.ts';
import { redactedType, storyType } from './story.ts';

/**
 * An event without its content. Its stories stay, since their timelines show that something was redacted. So does the newsroom in its
 * source. The id that the client gave goes, since it may be a name.
 */
export function emptyEvent({ source, type, subject, data: { stories } }: CloudEvent): CloudEvent {
  const isStory = type === storyType;
  const data = isStory || !stories ? {} : { stories };
  return {
    specversion: '1.0',
    id: isStory ? subject : '',
    source,
    type: isStory ? storyType : redactedType,
    subject,
    data: data as EventData,
  };
}

/** A revision without its content. @param redactedBy the revision that takes it down */
export function withoutContent<Kept extends Revision>(revision: Kept, redactedBy: number): Kept {
  const { note, salt, extent, changed, correction, carried, follows, ...kept } = revision;
  return { ...kept, digest: '', event: emptyEvent(revision.event), redactedBy } as unknown as Kept;
}

/**
 * Takes the content of revisions away, and the traces of it in those that stay: values that they carry on for filters, and a correction that
 * they show. It is given the published revisions of an event one after the other, from the first.
 */
export class ContentRemoval {
  readonly #redaction: Revision;
  /** The values of the revisions that keep their content. */
  #values: EventValues = noValues;
  /** When the revisions without content were published. */
  readonly #removedAt = new Set<string>();

  /** @param redaction the revision that takes content down */
  constructor(redaction: Revision) {
    this.#redaction = redaction;
  }

  /** The values of all revisions so far that keep their content. */
  get values(): EventValues {
    return this.#values;
  }

  /** Whether a revision was taken away that was published at an instant. */
  hasRemoved(publishedAt: string): boolean {
    return this.#removedAt.has(publishedAt);
  }

  /** The next revision as it is once the content is gone. */
  next(revision: PublishedRevision): PublishedRevision {
    const isTakenDown = takesDown(this.#redaction, revision);
    if (isTakenDown || revision.redactedBy !== undefined) {
      this.#removedAt.add(revision.publishedAt);
      const by = isTakenDown ? this.#redaction.revision : 0;
      const empty = withoutContent(revision, Math.max(by, revision.redactedBy ?? 0));
      this.#values = allValues(this.#values, valuesOf(empty));
      return empty;
    }
    const own = valuesOf(revision);
    if (revision.redaction) this.#values = { ...this.#values, removed: true };
    const carried = valuesWithout(this.#values, own);
    this.#values = allValues(this.#values, own);
    const { carried: _, correction, ...rest } = revision;
    return {
      ...rest,
      ...((countValues(carried) > 0 || carried.removed) && { carried }),
      ...(correction && !this.hasRemoved(correction.at) && { correction }),
    };
  }
}
