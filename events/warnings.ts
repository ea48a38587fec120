import * as z from 'zod';
import { extentOf } from './dates/when.ts';
import type { CloudEvent } from './event.ts';
import { maximumErrors } from './input/limits.ts';

/** What a newsroom may want to look at again before it publishes an event. It refuses nothing. */
const warningSchema = z
  .object({
    pointer: z.string().describe('A JSON pointer into the body.'),
    detail: z.string().describe('What looks wrong there, and what to do.'),
  })
  .meta({ id: 'Warning', description: 'Something in the request that is allowed and looks like a mistake.' });

/** The warnings of a response. */
export const warningsField = z
  .array(warningSchema)
  .max(maximumErrors)
  .optional()
  .describe(
    'What is allowed and looks like a mistake. Only in a dry run, and absent if nothing does. With `strict=true`, these are errors.',
  );

export type Warning = z.infer<typeof warningSchema>;

function isHomePage(url: string): boolean {
  const { pathname, search, hash } = new URL(url);
  return pathname === '/' && search === '' && hash === '';
}

/**
 * The warnings for an event, by what it says alone.
 *
 * @param now epoch milliseconds
 * @param pointer the place of the event in the body
 */
export function warningsOf({ data }: CloudEvent, now: number, pointer = ''): Warning[] {
  const ofSources = data.sources.flatMap(({ url }, index) =>
    isHomePage(url)
      ? { pointer: `${pointer}/data/sources/${index}/url`, detail: 'Is a home page. Send the address of the report.' }
      : [],
  );
  const { earliest } = extentOf(data.when);
  const isAhead = data.status === 'confirmed' && earliest !== null && earliest > now;
  const detail = 'Is confirmed, but the date is in the future. Send planned, or check the date.';
  return isAhead ? [...ofSources, { pointer: `${pointer}/data/status`, detail }] : ofSources;
}
