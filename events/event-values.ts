import { isDeepStrictEqual } from 'node:util';
import type { Extent } from './dates/extent.ts';
import { extentOf } from './dates/when.ts';
import type { CloudEvent } from './event.ts';
import { filterValuesOf } from './filters/facets.ts';
import { byList, type FilterValues, filterLists } from './filters/filter-table.ts';
import { storyType } from './story.ts';

/** When an event happened, as far as a range is compared with it. */
export type DateSpan = Omit<Extent, 'precision'>;

/** All that a filter is compared with: of one revision of an event, or of several together. */
export type EventValues = FilterValues & {
  /** None for the description of a story, which has no date. */
  readonly spans: readonly DateSpan[];
};

interface Valued {
  readonly event: CloudEvent;
  readonly newsroom: string;
  readonly extent?: Extent;
}

/** No values at all. */
export const noValues: EventValues = { ...byList<readonly string[]>(() => []), spans: [] };

const hasSpan = (spans: readonly DateSpan[], span: DateSpan) => spans.some((one) => isDeepStrictEqual(one, span));

/** When an event happened: as it was worked out when the revision was accepted. */
export const extentOfRevision = ({ event, extent }: Omit<Valued, 'newsroom'>): Extent =>
  extent ?? extentOf(event.data.when);

/** The values of one revision. The description of a story has its story and nothing else to be found by. */
export function valuesOf({ event, newsroom, extent }: Valued): EventValues {
  if (event.type === storyType) return { ...noValues, stories: [event.subject] };
  const { precision: _, ...span } = extentOfRevision({ event, ...(extent && { extent }) });
  return { ...filterValuesOf(event, { newsroom }), spans: [span] };
}

/** All values of both, each once. */
export function allValues(some: EventValues, more: EventValues): EventValues {
  return {
    ...byList<readonly string[]>((list) => [...new Set([...some[list], ...more[list]])]),
    spans: [...some.spans, ...more.spans.filter((span) => !hasSpan(some.spans, span))],
  };
}

/** The values that are not among others. */
export function valuesWithout(values: EventValues, others: EventValues): EventValues {
  return {
    ...byList<readonly string[]>((list) => values[list].filter((value) => !others[list].includes(value))),
    spans: values.spans.filter((span) => !hasSpan(others.spans, span)),
  };
}

/** How many values there are. */
export const countValues = (values: EventValues): number =>
  filterLists.reduce((sum, list) => sum + values[list].length, values.spans.length);
