import type { FilterParameter } from '../../../events/filters/filter-table.ts';

type Change = 'corrected' | 'retracted' | 'unlisted' | 'redacted';

/**
 * The words of the pages for readers in one language, besides those that all formats share. Numbers and dates are
 * written already.
 */
export interface PageWords {
  readonly skip: string;
  readonly stories: string;
  readonly latest: string;
  readonly corrections: string;
  readonly allCorrections: string;
  readonly aboutCorrections: string;
  readonly aboutStories: string;
  readonly noStories: string;
  readonly noCorrections: string;
  readonly next: string;
  readonly first: string;
  readonly events: (count: number, written: string) => string;
  readonly choose: string;
  readonly show: string;
  readonly reset: string;
  readonly any: string;
  readonly fields: Readonly<Record<'from' | 'to' | 'asOf' | 'q' | 'order' | FilterParameter, string>>;
  readonly hints: { readonly dates: string; readonly asOf: (zone: string) => string };
  readonly orders: Readonly<Record<'asc' | 'desc', string>>;
  readonly chosen: string;
  readonly wholeTimeline: string;
  readonly planned: string;
  readonly openQuestions: string;
  readonly ongoing: string;
  readonly aboutOngoing: string;
  readonly allOngoing: string;
  readonly byMonth: string;
  readonly byYear: string;
  /** Of a story with more events than are counted. */
  readonly notCounted: (entries: string) => string;
  readonly map: string;
  readonly aboutMap: string;
  readonly onMap: (written: string, count: number) => string;
  readonly noStart: string;
  readonly zone: (zone: string) => string;
  readonly known: (when: string) => string;
  readonly aboutKnown: string;
  readonly knownNow: string;
  readonly knownBefore: string;
  readonly changedSince: string;
  readonly nothingChangedSince: string;
  /** `isComplete`: whether all that was added was counted. */
  readonly addedSince: (added: { readonly count: number; readonly isComplete: boolean }, written: string) => string;
  readonly changes: Readonly<Record<Change | 'recorded' | 'transferred', string>>;
  readonly gone: string;
  readonly redacted: (count: number, written: string) => string;
  readonly whatChanged: string;
  readonly history: string;
  readonly previously: string;
  readonly now: string;
  readonly nothing: string;
  readonly otherFields: string;
  readonly moreRevisions: string;
  readonly facts: string;
  readonly headline: string;
  readonly summary: string;
  readonly topics: string;
  readonly story: string;
  readonly byNewsroom: (newsroom: string) => string;
  readonly formats: string;
  /** Of an event whose date is not known well enough. */
  readonly possiblyOutside: string;
  readonly embedded: string;
  readonly documentation: string;
  readonly image: string;
  readonly published: (date: string) => string;
  readonly updated: (date: string) => string;
  readonly removedContent: string;
  readonly reasons: Readonly<Record<'legal' | 'privacy' | 'safety' | 'source', string>>;
  readonly removers: Readonly<Record<'newsroom' | 'operator', string>>;
  readonly problems: Readonly<Record<'notFound' | 'invalid' | 'gone' | 'failed', { title: string; text: string }>>;
  /**
   * What each parameter takes, for a reader whose request was refused. Null in the language of the errors of the API,
   * which say more.
   */
  readonly refusals: Readonly<Record<keyof PageWords['fields'] | 'cursor' | 'after' | 'language', string>> | null;
  readonly soon: string;
  /** Of the script: `#` in `many` is the number of changes, and `keys` is followed by `on` or `off`. */
  readonly script: Readonly<Record<'one' | 'many' | 'show' | 'keys' | 'on' | 'off', string>>;
}
