import type { Precision } from './edtf.ts';

/** Between what an event happened: as instants, and as civil dates where it happened. */
export interface Bounds {
  /** Epoch milliseconds, both inclusive. */
  readonly earliest: number;
  readonly latest: number;
  /** `YYYY-MM-DD` in the event's own zone, both inclusive. */
  readonly civilEarliest: string;
  readonly civilLatest: string;
}

/** From when to when an event happened, or may have; null where it is unbounded. */
export interface Extent {
  readonly earliest: number | null;
  readonly latest: number | null;
  readonly civilEarliest: string | null;
  readonly civilLatest: string | null;
  /** A point happened once, somewhere between earliest and latest; a span went on all through. */
  readonly kind: 'point' | 'span';
  readonly precision: Precision;
  /** If one side is unknown (not open): the date that is known. */
  readonly known?: Bounds;
}
