import type { CloudEvent, EventData } from './event.ts';
import { allValues, countValues, type EventValues, noValues, valuesOf, valuesWithout } from './event-values.ts';
import { redactedType, takesDown } from './redaction.ts';
import type { PublishedRevision, Revision } from './revision.ts';
import { storyType } from './story.ts';

/**
 * An event without its content. Its stories stay, since their timelines show that something was redacted. So does the
 * newsroom in its source. The id that the client gave goes, since it may be a name.
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

/** The fields of a revision that change when its content is taken down: they go, become empty, or say so. */
export const contentFields = [
  'event',
  'note',
  'digest',
  'salt',
  'extent',
  'changed',
  'correction',
  'carried',
  'follows',
  'redactedBy',
] as const satisfies readonly (keyof Revision)[];

const isContentField = (name: string) => (contentFields as readonly string[]).includes(name);

/** A revision without its content. @param redactedBy the revision that takes it down */
export function withoutContent<Kept extends Revision>(revision: Kept, redactedBy: number): Kept {
  const kept = Object.fromEntries(Object.entries(revision).filter(([name]) => !isContentField(name)));
  return { ...kept, digest: '', event: emptyEvent(revision.event), redactedBy } as unknown as Kept;
}

/** What is known of the revisions so far. */
export interface RemovalState {
  /** The values of the revisions that keep their content. */
  readonly values: EventValues;
  /** When the revisions without content were published. */
  readonly removedAt: readonly string[];
}

/**
 * Takes the content of revisions away, and the traces of it in those that stay: values that they carry on for filters,
 * and a correction that they show. It is given the published revisions of an event one after the other, from the first.
 */
export class ContentRemoval {
  readonly #redaction: Revision;
  #values: EventValues;
  readonly #removedAt: Set<string>;

  /**
   * @param redaction the revision that takes content down
   * @param state that of a removal that goes on
   */
  constructor(redaction: Revision, { values, removedAt }: RemovalState = { values: noValues, removedAt: [] }) {
    this.#redaction = redaction;
    this.#values = values;
    this.#removedAt = new Set(removedAt);
  }

  /** How far it has come: with that, another one can go on with the next revision. */
  get state(): RemovalState {
    return { values: this.#values, removedAt: [...this.#removedAt] };
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
