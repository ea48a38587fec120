import * as z from 'zod';
import { bucketOf, type Interval, intervals } from '../../../../events/dates/bucket.ts';
import type { Range } from '../../../../events/dates/range.ts';
import { rangeField } from '../../formats/format.ts';
import { asOfField } from '../../http/as-of.ts';
import { nextCursorField } from '../../http/links.ts';
import type { Match } from '../cards/matches.ts';
import { countedPartFields } from './counted-part.ts';

const countField = z.int().min(0);

/** What `GET /v1/timeline/counts` answers. */
export const countsAnswerSchema = z
  .object({
    interval: z.enum(intervals).describe('The length of a bucket.'),
    counts: z.array(
      z
        .object({
          bucket: z
            .string()
            .nullable()
            .meta({
              description: 'A day, month or year. Null for entries without a start, if the range has none either.',
              examples: ['2020-11'],
            }),
          certain: countField.describe('How many entries certainly happened in the range.'),
          possible: countField.describe('How many entries possibly did.'),
        })
        .meta({ id: 'Count', description: 'The number of entries in one bucket.' }),
    ),
    ...countedPartFields,
    range: rangeField,
    asOf: asOfField,
    nextCursor: nextCursorField,
  })
  .meta({ id: 'Counts', description: 'The number of entries per bucket. Buckets without entries are left out.' });

/** The counts as an answer shows them. */
export type CountsAnswer = z.infer<typeof countsAnswerSchema>;

/** The counts by bucket, in order; entries without a start come first. */
export function countsOf(matches: readonly Match[], range: Range, interval: Interval): CountsAnswer['counts'] {
  const counts = new Map<string | null, { certain: number; possible: number }>();
  for (const { extent, certainty } of matches) {
    const bucket = bucketOf(extent, range, interval);
    const count = counts.get(bucket) ?? { certain: 0, possible: 0 };
    count[certainty] += 1;
    counts.set(bucket, count);
  }
  return [...counts]
    .sort(([one], [other]) => ((one ?? '') < (other ?? '') ? -1 : 1))
    .map(([bucket, count]) => ({ bucket, ...count }));
}
