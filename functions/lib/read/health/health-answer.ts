import * as z from 'zod';
import { minuteMs } from '../../../../events/dates/durations.ts';

/** What is published is in the timelines within a second or two. */
const longestLagMs = minuteMs;

/** The answer about the state of the system. */
export const healthAnswerSchema = z
  .object({
    status: z
      .enum(['ok', 'behind'])
      .describe(
        '`ok`, or `behind` if something has been published for more than a minute that the timelines do not show.',
      ),
    position: z
      .int()
      .min(0)
      .describe('The position up to which the timelines show the record. 0 before the first event.'),
  })
  .meta({ id: 'Health', description: 'The state of the system.' });

type HealthAnswer = z.infer<typeof healthAnswerSchema>;

/**
 * The answer about the state of the system.
 *
 * @param position the position up to which the timelines show the record
 * @param next what is published after it first, if there is anything
 * @param now epoch milliseconds
 */
export function healthAnswer(
  position: number,
  next: { readonly publishedAt: string } | undefined,
  now: number,
): HealthAnswer {
  const lagMs = next ? now - Date.parse(next.publishedAt) : 0;
  return { status: lagMs > longestLagMs ? 'behind' : 'ok', position };
}
