import type { Extent } from './dates/extent.ts';
import type { CloudEvent } from './event.ts';

/** What a revision does to an event: it records, corrects or retracts it. */
export const revisionKinds = ['recorded', 'corrected', 'retracted'] as const;

export type RevisionKind = (typeof revisionKinds)[number];

/** One version of an event in the log. It never changes. Revision 0 records the event. */
export interface Revision {
  readonly eventId: string;
  readonly revision: number;
  readonly kind: RevisionKind;
  /** The event as of this revision. A retraction has the event as it was before. */
  readonly event: CloudEvent;
  readonly note?: string;
  /** Distinguishes a retry from other content. */
  readonly digest: string;
  /** When it was accepted, RFC 3339 in UTC. */
  readonly recordedAt: string;
  readonly newsroom: string;
  /** The facets of earlier revisions that the event is no longer in. Its feed entry stores them, so their size is limited. */
  readonly pastFacets?: readonly string[];
}

/** A revision with a position in the record. */
export interface PublishedRevision extends Revision {
  readonly position: number;
  /** When it got its position, RFC 3339 in UTC; strictly increasing with the position. */
  readonly publishedAt: string;
  /**
   * The extent of the event by the rules of its zone at publication. Those rules change, and timelines must depend on the record
   * alone. Absent in old items: then it is computed from `when`.
   */
  readonly extent?: Extent;
}
