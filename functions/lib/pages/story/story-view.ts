import { parseRange } from '../../../../events/dates/range.ts';
import { storyFacet } from '../../../../events/filters/facet-keys.ts';
import { type InputError, InvalidInput, NotFound } from '../../../../events/input/errors.ts';
import type { Removal } from '../../../../events/timeline/removal.ts';
import { entriesOf, type ShownEntry } from '../../formats/entry.ts';
import type { Request } from '../../http/request.ts';
import { type Snapshot, takeSnapshot } from '../../read/cards/snapshot.ts';
import type { AddedSince } from '../../read/publications/added-since.ts';
import { isStory, storyAnswer, storyThenAnswer } from '../../read/story/story-answer.ts';
import { readPage } from '../../read/timeline/page.ts';
import { contentTagOf, type TimelineWalk, timelineWalk } from '../../read/timeline/timeline-walk.ts';
import type { FacetHead } from '../../timelines/heads.ts';
import { firstPublishedIn } from '../../timelines/publications.ts';
import type { Language } from '../../words/languages.ts';
import { pageSettings } from '../document/page-settings.ts';
import type { ListContext } from '../parts/entry-item.ts';
import { asOfInstant } from '../request/as-of-instant.ts';
import type { StoryPageQuery } from '../request/story-page-query.ts';
import type { StorySummary } from './story-summary.ts';

/** The entries of a page, and those of the list of what was going on. */
const entriesOfPage = 50;
const entriesOfFrame = 20;
const ongoingShown = 20;

type Story = ReturnType<typeof storyAnswer>;

/** What the page of a story shows. */
export interface StoryView extends Omit<ListContext, 'listBefore'> {
  readonly story: Story;
  /** RFC 3339; null for now. */
  readonly asOf: string | null;
  /** The last position of the story that the page may show. */
  readonly position: number;
  /**
   * When the first event of the story was published, RFC 3339; null in a frame of another site, or if it is not known.
   */
  readonly publishedAt: string | null;
  readonly entries: readonly ShownEntry[];
  readonly ongoing: { readonly entries: readonly ShownEntry[]; readonly more: boolean };
  readonly removals: readonly Removal[];
  /** Null if it is not shown. */
  readonly summary: StorySummary | null;
  readonly nextCursor: string | null;
  /** What has been added since the instant to what is asked for; null for now. */
  readonly addedSince: AddedSince | null;
  readonly errors: readonly InputError[];
}

/** The story of a page, as of now and as of the instant that is asked for. */
interface Subject {
  readonly facet: string;
  readonly head: FacetHead;
  readonly now: Snapshot;
}

const unknownStory = 'There is no story with this slug.';

/** The story with a slug as of now. @throws {NotFound} if there is none */
export async function subjectOf(slug: string, now: number): Promise<Subject> {
  const facet = storyFacet(slug);
  const snapshot = await takeSnapshot({ facetLists: [[facet]], asOf: undefined, pinned: undefined, now });
  const [head] = snapshot.heads;
  if (!head || !isStory(head)) throw new NotFound(unknownStory);
  return { facet, head, now: snapshot };
}

async function storyOf({ head }: Subject, asOf: string | null, then: Snapshot): Promise<Story> {
  if (asOf === null) return storyAnswer(head);
  const { storyAsOf } = await import('../../read/story/story-as-of.ts');
  const known = await storyAsOf(head, then);
  if (!known) throw new InvalidInput([{ parameter: 'asOf', detail: 'Nothing of this story had been published then.' }]);
  return storyThenAnswer(known);
}

/** What is read only for some views. A response 304 does without, and so it is loaded when it is needed. */
async function loadSummary(...of: Parameters<typeof import('./story-summary.ts')['summaryOf']>) {
  const { summaryOf } = await import('./story-summary.ts');
  return summaryOf(...of);
}

async function loadRemovals(...of: Parameters<typeof import('../../read/publications/removals.ts')['readRemovals']>) {
  const { readRemovals } = await import('../../read/publications/removals.ts');
  return readRemovals(...of);
}

const loadSinceThen = () => import('./since-then.ts');

async function changesSince({ facet, now }: Subject, asOf: string) {
  return (await loadSinceThen()).changesSince(facet, now, asOf);
}

async function addedSince(walk: TimelineWalk, { now }: Subject, asOf: string) {
  return (await loadSinceThen()).addedSince(walk, now, asOf);
}

async function readEntries(page: TimelineWalk['page'], language: Language) {
  const { items, isCut, nextAfter } = await readPage(page);
  return {
    entries: entriesOf({ entries: items.flatMap(({ entry }) => entry ?? []), language }),
    isCut,
    nextAfter,
  };
}

/** A page of a story that is being read. */
export interface StoryReading {
  /** The entity tag of the page, known before any entry is read. */
  readonly contentTag: string;
  /** `isCut` is as of `Matches`: then the page has no tag. */
  read(): Promise<{ readonly viewOf: (entries: number) => StoryView; readonly isCut: boolean }>;
}

/** The most entries that a page has in one list. */
export const mostEntries = entriesOfPage;

/** What the page of a story shows, without its entries: the form of a query that was refused. */
export async function viewWithErrors({ facet, head, now }: Subject, errors: readonly InputError[]): Promise<StoryView> {
  return {
    story: storyAnswer(head),
    range: { from: null, to: null, tz: null, match: 'overlap' },
    asOf: null,
    position: head.position,
    publishedAt: await firstPublishedIn(now.checkpoint.generation, facet, now.moment, now.consistency),
    entries: [],
    ongoing: { entries: [], more: false },
    removals: [],
    summary: null,
    nextCursor: null,
    changedSince: null,
    addedSince: null,
    errors,
  };
}

/**
 * Begins to read a page of a story.
 *
 * @throws {InvalidInput} naming the parameter
 */
export async function beginStory(
  request: Request,
  subject: Subject,
  query: StoryPageQuery,
  { language, isEmbedded }: { readonly language: Language; readonly isEmbedded: boolean },
): Promise<StoryReading> {
  const { head, now } = subject;
  const { asOf: asOfText, language: _language, order = 'asc', from, to, cursor, ...filters } = query;
  const range = parseRange({ from, to });
  const zone = storyAnswer(head).timezone;
  const asOf = asOfText === undefined ? null : asOfInstant(asOfText, zone, request.now);
  const walkQuery = {
    ...filters,
    from,
    to,
    cursor,
    story: [storyAnswer(head).story],
    ...(asOf !== null && { asOf }),
  };
  const limit = isEmbedded ? entriesOfFrame : entriesOfPage;
  const options = { range, limit, order, now: request.now, taken: now } as const;
  const isApart = range.from !== null && order === 'asc';
  const walk = await timelineWalk(
    'story-page',
    { ...walkQuery, ...(isApart && { ongoing: 'exclude' as const }) },
    options,
  );
  const { snapshot } = walk;
  const isFirst = cursor === undefined;
  // The page says as of when it is: of a day that is not over, that is now.
  const known = asOf === null ? '' : `${asOf} ${now.moment}`;
  const state = [language, isEmbedded, head.updatedAt, known, JSON.stringify(pageSettings)];
  return {
    contentTag: contentTagOf(request, `page ${state.join(' ')}`, snapshot),
    async read() {
      const goingOn =
        isApart && isFirst && walk.page ? { ...walk.page, ongoing: 'only' as const, limit: ongoingShown } : null;
      const [story, page, ongoing, removals, summary, changedSince, added] = await Promise.all([
        storyOf(subject, asOf, snapshot),
        readEntries(walk.page, language),
        readEntries(goingOn, language),
        isFirst && walk.removals && !isEmbedded ? loadRemovals(walk.removals) : [],
        isEmbedded ? null : loadSummary(head, asOf === null ? now : snapshot),
        asOf === null ? null : changesSince(subject, asOf),
        asOf === null || isEmbedded ? null : addedSince(walk, subject, asOf),
      ]);
      const { tz, match } = range;
      const viewOf = (most: number): StoryView => ({
        story,
        range: { from: range.from, to: range.to, tz, match },
        asOf,
        position: head.position,
        publishedAt: summary?.publishedAt ?? null,
        entries: page.entries.slice(0, most),
        ongoing: { entries: ongoing.entries.slice(0, most), more: ongoing.nextAfter(most) !== null },
        removals,
        summary,
        nextCursor: walk.cursorAfter(page.nextAfter(most)),
        changedSince,
        addedSince: added,
        errors: [],
      });
      return { viewOf, isCut: page.isCut || ongoing.isCut };
    },
  };
}
