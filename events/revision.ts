import type { CloudEvent } from './event.ts';

/** What happened to an event: it was recorded, corrected or retracted. */
export type RevisionKind = 'recorded' | 'corrected' | 'retracted';

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
}

/** A revision that has its place in the record. */
export interface PublishedRevision extends Revision {
  readonly position: number;
  /** When it joined the record, RFC 3339 in UTC; strictly increasing with the position. */
  readonly publishedAt: string;
}
