import type { Extent } from './dates/extent.ts';
import type { CloudEvent } from './event.ts';
import type { EventValues } from './event-values.ts';

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
  /**
   * When it happened, by the rules of its zone as they were when the revision was accepted: rules change, and the timelines must
   * follow from the record alone. Absent on the description of a story, which has no date.
   */
  readonly extent?: Extent;
  /** Pointers to the fields that a correction changed. */
  readonly changed?: readonly string[];
  /** The values of earlier revisions that this one no longer has. Filters by them match every later revision too. */
  readonly carried?: EventValues;
  /** The revision that comes before it in the record, if both wait for their positions: its newsroom sent them in this order. */
  readonly follows?: RevisionReference;
}

/** A revision of an event, by its number. */
export interface RevisionReference {
  readonly eventId: string;
  readonly revision: number;
}

/** The place of a revision in the record. */
export interface Place {
  readonly position: number;
  /** When it got its position, RFC 3339 in UTC; strictly increasing with the position. */
  readonly publishedAt: string;
}

/** A revision with its place in the record. */
export interface PublishedRevision extends Revision, Place {}
