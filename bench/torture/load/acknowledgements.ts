import type { Happening } from '../../../test/journeys/support/imprecise-events.ts';

/** A revision that the API has acknowledged. */
export interface KnownRevision {
  readonly kind: 'recorded' | 'corrected' | 'retracted' | 'redacted';
  /** A word that is in the content of this revision and nowhere else; absent where there is no content. */
  readonly word?: string;
  /** A word that is in its note and nowhere else. */
  readonly noteWord?: string;
  /** When what it tells happened. */
  readonly happening?: Happening;
  /** The revisions that it takes down; absent if it takes down all. */
  readonly takesDown?: readonly number[];
}

/** An event as its newsroom knows it: what was acknowledged, revision by revision. */
export interface KnownEvent {
  readonly id: string;
  readonly ownId: string;
  readonly newsroom: string;
  /** Its story, and the other stories that it is in. */
  readonly stories: readonly string[];
  readonly revisions: KnownRevision[];
  /** The redaction that was acknowledged, whole or of some revisions. */
  isRedacted: boolean;
  /** Nothing can follow. */
  isOver: boolean;
}

/** Everything that the API has acknowledged. */
export class Acknowledgements {
  /** All stories that something was written to. */
  readonly stories = new Set<string>();
  readonly events = new Map<string, KnownEvent>();
  /** The ids of the events of each batch, and of events that follow each other, in their order. */
  readonly orders: string[][] = [];
  /** The ids of events that must never be published: they were refused, tried only, or held and taken back. */
  readonly never = new Map<string, string>();
  /** The description of each story that was acknowledged last: its revision and title. */
  readonly descriptions = new Map<string, { readonly id: string; readonly revision: number; readonly title: string }>();
  /** The words of content that was taken down, by event. */
  readonly takenDown = new Map<string, string>();
  /** The ids of the events that were held: they are published when it is their time. */
  readonly held = new Set<string>();
  /** Until when each of these events is held, by id, as RFC 3339. It is in no answer before. */
  readonly embargoes = new Map<string, string>();
  acknowledged = 0;
  replayed = 0;

  /** The revisions that must be in the record. */
  expected(): Map<string, KnownRevision> {
    const all = new Map<string, KnownRevision>();
    for (const { id, revisions } of this.events.values())
      revisions.forEach((revision, number) => {
        all.set(`${id} ${number}`, revision);
      });
    return all;
  }
}
