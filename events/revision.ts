import type { Extent } from './dates/extent.ts';
import type { CloudEvent } from './event.ts';
import type { EventValues } from './event-values.ts';
import type { Redaction } from './redaction.ts';

/**
 * What a revision does: it records, corrects or retracts an event, takes it out of the timeline of a story, or takes
 * its content down. A story is described (`recorded`), described otherwise (`corrected`), withdrawn (`retracted`), or
 * handed over to another newsroom.
 */
export const revisionKinds = ['recorded', 'corrected', 'retracted', 'unlisted', 'transferred', 'redacted'] as const;

export type RevisionKind = (typeof revisionKinds)[number];

/**
 * One version of an event in the log. It never changes, but for content that is taken down. Revision 0 records the
 * event.
 */
export interface Revision {
  readonly eventId: string;
  readonly revision: number;
  readonly kind: RevisionKind;
  /** The event as of this revision. A retraction has the event as it was before. */
  readonly event: CloudEvent;
  readonly note?: string;
  /** Distinguishes a retry from other content. Empty once the content was taken down. */
  readonly digest: string;
  /** When it was accepted, RFC 3339 in UTC. */
  readonly recordedAt: string;
  /** The newsroom that the event or the story belongs to. */
  readonly newsroom: string;
  /** The newsroom that wrote this revision, if it is another one. */
  readonly by?: string;
  /** Of a story: the number of the first revision since its newsroom owns it. Absent if that is 0. */
  readonly ownedFrom?: number;
  /**
   * When it happened, by the rules of its zone as they were when the revision was accepted: rules change, and the
   * timelines must follow from the record alone. Absent on the description of a story, which has no date.
   */
  readonly extent?: Extent;
  /** Pointers to the fields that a correction changed. */
  readonly changed?: readonly string[];
  /** The stories that the event lists, but whose owners have taken it out of their timelines. */
  readonly unlisted?: readonly string[];
  /** The last correction of the event, if this revision is neither a correction nor the first. */
  readonly correction?: Correction;
  /** The values of earlier revisions that this one no longer has. Filters by them match every later revision too. */
  readonly carried?: EventValues;
  /**
   * The revision that comes before it in the record, if both wait for their positions: its newsroom sent them in this
   * order.
   */
  readonly follows?: RevisionReference;
  /** What this revision takes down, if it is a redaction. */
  readonly redaction?: Redaction;
  /** The number of the revision that took the content of this one down. The event then is empty. */
  readonly redactedBy?: number;
  /**
   * SHA-256 of the salt and the event. It shows later what the content was, to those who kept it and the salt, and
   * reveals nothing.
   */
  readonly commitment?: string;
  /** Random, and gone with the content, so that nobody can find the content by trying. */
  readonly salt?: string;
}

/** A correction as entries show it. */
export interface Correction {
  readonly note: string;
  /** When it was published, RFC 3339 in UTC. */
  readonly at: string;
  readonly changed: readonly string[];
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
