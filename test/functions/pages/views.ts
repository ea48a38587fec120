import { entriesOf } from '../../../functions/lib/formats/entry.ts';
import type { TimelineDocument } from '../../../functions/lib/formats/format.ts';
import { contextOf, type PageContext } from '../../../functions/lib/pages/document/page.ts';
import type { StoryView } from '../../../functions/lib/pages/story/story-view.ts';
import { storyDocument } from '../formats/documents.ts';

const noValues = { values: [], more: 0 };

/** What the page of the first story shows, without a query. */
export const storyView = (more: Partial<StoryView> = {}, document: TimelineDocument = storyDocument): StoryView => ({
  story: {
    story: 'karabakh-2020',
    title: 'What next for Nagorno-Karabakh',
    description: 'The truce of November 2020.',
    timezone: 'Asia/Baku',
    language: 'en',
    newsroom: 'example',
    contributors: null,
    entries: 33,
    redacted: 0,
    first: '1990-01-01',
    last: '2025-11-10',
    updatedAt: '2020-12-02T10:00:00.000Z',
  },
  range: { from: null, to: null, tz: null, match: 'overlap' },
  asOf: null,
  position: 40,
  publishedAt: '2020-12-02T09:30:00.250Z',
  entries: entriesOf(document),
  ongoing: { entries: [], more: false },
  removals: [],
  summary: {
    buckets: [
      { name: '1990', count: 1 },
      { name: '2020-11', count: 3 },
      { name: '2020-12', count: 12 },
    ],
    facets: {
      story: noValues,
      type: { values: [{ value: 'truce.signed', name: 'A truce', count: 1 }], more: 0 },
      place: { values: [{ value: 'AZ-LAC', name: 'Lachin', count: 4 }], more: 0 },
      actor: noValues,
      topic: noValues,
      status: { values: [{ value: 'planned', name: null, count: 2 }], more: 0 },
      newsroom: noValues,
    },
    isComplete: true,
    publishedAt: '2020-12-02T09:30:00.250Z',
  },
  nextCursor: null,
  changedSince: null,
  addedSince: null,
  errors: [],
  ...more,
});

/** The context of such a page. */
export const contextIn = (language: string, more: Partial<Pick<PageContext, 'isEmbedded' | 'asked'>> = {}) =>
  contextOf('https://timeline.example', language, { zone: 'Asia/Baku', ...more });
