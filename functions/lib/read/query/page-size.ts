import {
  defaultPageItems,
  maximumFeedItems,
  maximumPageItems,
  maximumWholeEntries,
} from '../../../../events/input/limits.ts';
import type { Format } from '../../formats/format.ts';
import type { TimelineOrder } from './timeline-query.ts';

interface Asked {
  readonly order?: TimelineOrder | undefined;
  readonly limit?: number | undefined;
}

interface PageSize {
  readonly order: TimelineOrder;
  readonly limit: number;
}

/** The order and the size of a page if the query does not say, and the largest size. */
const sizes: Readonly<Record<Format['reading'], PageSize & { readonly most: number }>> = {
  feed: { order: 'published', limit: maximumFeedItems, most: maximumFeedItems },
  pages: { order: 'asc', limit: defaultPageItems, most: maximumPageItems },
  whole: { order: 'asc', limit: maximumWholeEntries, most: maximumWholeEntries },
};

/** The order and the size of a page in a format. */
export function pageSizeOf({ reading }: Pick<Format, 'reading'>, asked: Asked): PageSize {
  const { order, limit, most } = sizes[reading];
  return { order: asked.order ?? order, limit: Math.min(asked.limit ?? limit, most) };
}
