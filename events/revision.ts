import type { Extent } from './dates/extent.ts';
import type { CloudEvent } from './event.ts';

/** What happened to an event: it was recorded, corrected or retracted. */
export const revisionKinds = ['recorded', 'corrected', 'retracted'] as const;

export type RevisionKind = (typeof revisionKinds)[number];

/** One immutable step in the life of an event, as it stands in the log. Revision 0 records it. */
export interface Revision {
  readonly eventId: string;
  readonly revision: number;
  readonly kind: RevisionKind;
  /** The event as it stands from this revision on; for a retraction, as it stood. */
  readonly event: CloudEvent;
  readonly note?: string;
  /** Tells a retry from other content. */
  readonly digest: string;
  /** When it was accepted, RFC 3339 in UTC. */
  readonly recordedAt: string;
  readonly newsroom: string;
  /** Facets of earlier revisions that this one has no more: its feed entry will hold them too, and so they are bounded here. */
  readonly pastFacets?: readonly string[];
}

/** A revision that has its place in the record. */
export interface PublishedRevision extends Revision {
  readonly position: number;
  /** When it joined the record, RFC 3339 in UTC; strictly increasing with the position. */
  readonly publishedAt: string;
  /**
   * From when to when it happened, as the rules of its zone were when it joined the record: rules change, and the timelines must
   * follow from the record alone. Absent where nobody wrote it down: it then follows from `when`.
   */
  readonly extent?: Extent;
}
