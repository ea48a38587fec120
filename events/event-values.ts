import { isDeepStrictEqual } from 'node:util';
import type { Extent } from './dates/extent.ts';
import { extentOf } from './dates/when.ts';
import type { CloudEvent } from './event.ts';
import { filterValuesOf } from './filters/facets.ts';
import { byList, type FilterList, type FilterValues, filterLists } from './filters/filter-table.ts';
import { redactedType } from './redaction.ts';
import { storyType } from './story.ts';

/** The part of an extent that is compared with a range. */
export type DateSpan = Omit<Extent, 'precision'>;

/** All values that filters compare, of one revision of an event or of several together. */
export type EventValues = FilterValues & {
  /** Empty for the description of a story, which has no date. */
  readonly spans: readonly DateSpan[];
  /**
   * Values of earlier revisions were taken down. Only stories and newsrooms are known, and every other filter matches,
   * so that all who received the original receive the redaction and what follows it.
   */
  readonly removed?: true;
};

interface Valued {
  readonly event: CloudEvent;
  readonly newsroom: string;
  readonly unlisted?: readonly string[];
  readonly extent?: Extent;
}

/** No values at all. */
export const noValues: EventValues = { ...byList<readonly string[]>(() => []), spans: [] };

const hasSpan = (spans: readonly DateSpan[], span: DateSpan) => spans.some((known) => isDeepStrictEqual(known, span));

/** The extent of the event of a revision, as it was computed when the revision was accepted. */
export const extentOfRevision = ({ event, extent }: Pick<Valued, 'event' | 'extent'>): Extent =>
  extent ?? extentOf(event.data.when);

/** The lists whose values stay when the content of a revision is taken down. */
export const lastingLists: readonly FilterList[] = ['stories', 'newsrooms'];

/**
 * The values of one revision. The description of a story has no values but its story and its newsroom, nor has an event
 * without content.
 */
export function valuesOf({ event, newsroom, unlisted, extent }: Valued): EventValues {
  if (event.type === storyType) return { ...noValues, stories: [event.subject], newsrooms: [newsroom] };
  if (event.type === redactedType) {
    const { stories, newsrooms } = filterValuesOf(event, { newsroom, unlisted });
    return { ...noValues, stories, newsrooms };
  }
  const { precision: _, ...span } = extentOfRevision({ event, ...(extent && { extent }) });
  return { ...filterValuesOf(event, { newsroom, unlisted }), spans: [span] };
}

/** The size of values as JSON: about what they take in an entry of the feed. */
export const bytesOfValues = (values: EventValues): number => Buffer.byteLength(JSON.stringify(values));

/** The values of both, without repetition. */
export function allValues(some: EventValues, more: EventValues): EventValues {
  return {
    ...byList<readonly string[]>((list) => [...new Set([...some[list], ...more[list]])]),
    spans: [...some.spans, ...more.spans.filter((span) => !hasSpan(some.spans, span))],
    ...((some.removed || more.removed) && { removed: true }),
  };
}

/** The values that are not among others. */
export function valuesWithout(values: EventValues, others: EventValues): EventValues {
  return {
    ...byList<readonly string[]>((list) => values[list].filter((value) => !others[list].includes(value))),
    spans: values.spans.filter((span) => !hasSpan(others.spans, span)),
    ...(values.removed && { removed: true }),
  };
}

/** The number of values. */
export const countValues = (values: EventValues): number =>
  filterLists.reduce((sum, list) => sum + values[list].length, values.spans.length);
