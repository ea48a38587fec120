import { readFileSync } from 'node:fs';
import { eventTypeOf } from '../events/catalogue/index.ts';
import { dayMs, hourMs } from '../events/dates/durations.ts';
import { acknowledgementOf } from '../events/decisions/acknowledgement.ts';
import { type Command, decide } from '../events/decisions/decide.ts';
import { evolve, initialState } from '../events/decisions/event-state.ts';
import { parseEvent } from '../events/event.ts';
import { storyFacet } from '../events/filters/facet-keys.ts';
import { sourceOf } from '../events/identity.ts';
import type { PublishedRevision, Revision } from '../events/revision.ts';
import { correctionOf } from '../events/timeline/correction.ts';
import { entryOf } from '../events/timeline/entry.ts';
import { messageOf } from '../events/webhooks/message.ts';
import type { HeldAnswer } from '../functions/lib/embargo/held-answer.ts';
import type { TimelineDocument } from '../functions/lib/formats/format.ts';
import type { NewsroomAnswer } from '../functions/lib/newsroom/newsroom-answer.ts';
import { changeLine } from '../functions/lib/read/changes/changes-answer.ts';
import type { CountsAnswer } from '../functions/lib/read/counts/counts-answer.ts';
import type { FacetsAnswer } from '../functions/lib/read/counts/facets-answer.ts';
import { historyAnswer } from '../functions/lib/read/event/history-answer.ts';
import { storyAnswer } from '../functions/lib/read/story/story-answer.ts';
import { invalidatedPaths } from '../functions/lib/redact/redaction-answer.ts';

/** An event of the first story, which is corrected there. In these examples it is retracted too. */
const eventId = 'peacekeepers-2020-11-10';
const newsroom = 'example';
const position = 5;
const recordedMs = Date.parse('2026-11-22T10:00:00.000Z');
const publishingMs = 187;

export const correctionBody = {
  note: 'The agreement says 1,960 peacekeepers; the first entry had "nearly 2,000".',
  data: { quantity: { best: 1960, qualifier: 'exact' } },
};

export const retractionBody = { note: 'Entered twice, by two tools.' };

export const storyBody = {
  title: 'What next for Nagorno-Karabakh',
  description: 'The truce of November 2020, the handover of three districts, and those who fled and return.',
  timezone: 'Asia/Baku',
  language: 'en',
};

const lines = readFileSync(new URL('../examples/karabakh-2020.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n');

/** The event as it is posted. */
export const postedEvent = lines
  .map((line): { id: string; type: string; subject: string; data: object } => JSON.parse(line))
  .find(({ id }) => id === eventId) as { id: string; type: string; subject: string; data: object };

const event = parseEvent(postedEvent, { id: eventId, source: sourceOf(newsroom) });

const commands: readonly Command[] = [
  { kind: 'record', event, newsroom },
  { kind: 'correct', ...correctionBody, expected: 0, newsroom },
  { kind: 'retract', ...retractionBody, expected: 1, newsroom },
];

const revisions: Revision[] = [];
for (const [index, command] of commands.entries()) {
  revisions.push(...decide(command, revisions.reduce(evolve, initialState), recordedMs + index * hourMs));
}

/** The three published revisions: recorded, corrected, retracted. */
const published = revisions.map(
  (revision, index): PublishedRevision => ({
    ...revision,
    position: position + index,
    publishedAt: new Date(Date.parse(revision.recordedAt) + publishingMs).toISOString(),
  }),
);

const [recorded, corrected, retracted] = published as [PublishedRevision, PublishedRevision, PublishedRevision];

const correctedEntry = entryOf(corrected);

/** The entries as the functions make them. */
export const entryExamples = { recorded: entryOf(recorded), corrected: correctedEntry };

export const acknowledgementExamples = {
  recorded: acknowledgementOf(recorded),
  corrected: acknowledgementOf(corrected),
  retracted: acknowledgementOf(retracted),
};

/** An event that is held until the next day. */
export const heldExample: HeldAnswer = {
  id: recorded.eventId,
  publishAt: new Date(recordedMs + dayMs).toISOString(),
  heldAt: new Date(recordedMs).toISOString(),
  version: 0,
  status: 'held',
  conflict: null,
  event,
};

/** What a newsroom has. */
export const newsroomExample: NewsroomAnswer = {
  newsroom,
  key: { id: 'k7gryf35oiqozmvs', scopes: ['events:write', 'webhooks:manage'], stories: [] },
  usage: {
    day: '2026-11-22',
    used: { events: 160, changes: 16, bytes: 524_288 },
    limits: { events: 50_000, changes: 20_000, bytes: 1_073_741_824 },
  },
  stories: [{ story: recorded.event.subject, title: storyBody.title }],
  storiesAreMore: false,
  heldEvents: { events: 1, bytes: 900, next: heldExample.publishAt },
  endpoints: [{ id: `wh_${'a'.repeat(26)}`, status: 'active' }],
  endpointsAreMore: false,
};

/** The response to a read of a retracted event. */
export const tombstoneExample = {
  id: retracted.eventId,
  story: retracted.event.subject,
  eventType: retracted.event.type,
  note: retracted.note,
  retractedAt: retracted.publishedAt,
  revision: retracted.revision,
};

/** The response to a read of an event that was taken down. */
export const takedownExample = {
  id: retracted.eventId,
  story: retracted.event.subject,
  note: 'A court ordered us to take this down.',
  reason: 'legal',
  redactedAt: retracted.publishedAt,
  revision: retracted.revision + 1,
};

/** The body of a redaction, and how far it has come. */
export const redactionExample = {
  body: { reason: takedownExample.reason, note: takedownExample.note },
  answer: {
    id: retracted.eventId,
    revision: takedownExample.revision,
    newsroom,
    reason: takedownExample.reason,
    by: 'newsroom',
    note: takedownExample.note,
    requestedAt: retracted.recordedAt,
    removed: { timelines: true, messages: true, log: false, caches: false },
    invalidatedPaths: [...invalidatedPaths],
    done: false,
    doneAt: null,
  },
};

export const changesExample = {
  changes: published.map((revision) => JSON.parse(changeLine(revision))),
  next: retracted.position,
  head: retracted.position,
};

export const historyExample = JSON.parse(
  historyAnswer(recorded.eventId, { before: null, revisions: published, more: false }).text,
);

export const correctionsExample = {
  corrections: published
    .flatMap((revision) => correctionOf(revision) ?? [])
    .map(({ text }) => JSON.parse(text))
    .reverse(),
  nextCursor: null,
};

const range = { from: '2020-11', to: '2020-12-01', tz: null, match: 'overlap' } as const;

/** A page of a timeline, as a format gets it. */
export const timelineDocumentExample: TimelineDocument = {
  entries: [JSON.stringify({ ...correctedEntry, certainty: 'certain' })],
  range,
  asOf: corrected.publishedAt,
  nextCursor: null,
  origin: 'https://timeline.example',
  redacted: 0,
  self: 'https://timeline.example/v1/timeline?from=2020-11&to=2020-12-01&story=karabakh-2020',
  next: null,
  title: storyBody.title,
  description: storyBody.description,
  language: storyBody.language,
};

export const storyExample = storyAnswer({
  facet: storyFacet(recorded.event.subject),
  entries: 22,
  classes: {},
  first: '1988-01-01',
  last: '2025-11-10',
  position: corrected.position,
  updatedAt: corrected.publishedAt,
  owner: { newsroom: recorded.newsroom, position: recorded.position },
  story: storyBody,
});

/** The messages about the three revisions, each with the position of the previous one. */
export const messageExamples = {
  recorded: messageOf(recorded, null),
  corrected: messageOf(corrected, recorded.position),
  retracted: messageOf(retracted, corrected.position),
};

export const batchResultsExample = { results: [{ id: recorded.eventId, revision: 0, outcome: 'created' }] };

export const storyAcknowledgementExample = {
  story: recorded.event.subject,
  revision: 0,
  recordedAt: recorded.recordedAt,
  ...storyBody,
};

/** The body of an unlisting, and its response. */
export const unlistingExample = {
  body: { event: recorded.eventId, note: 'It is part of another conflict.' },
  answer: {
    id: recorded.eventId,
    revision: 1,
    recordedAt: corrected.recordedAt,
    story: recorded.event.subject,
    unlisted: [recorded.event.subject],
  },
};

export const countsExample: CountsAnswer = {
  interval: 'month',
  counts: [
    { bucket: '2020-11', certain: 9, possible: 1 },
    { bucket: '2020-12', certain: 2, possible: 0 },
  ],
  complete: true,
  stoppedAt: null,
  range,
  asOf: corrected.publishedAt,
  nextCursor: null,
};

const fewValues = (...values: FacetsAnswer['facets']['type']['values']) => ({ values, more: 0 });

export const facetsExample: FacetsAnswer = {
  facets: {
    story: fewValues({ value: recorded.event.subject, name: storyBody.title, count: 3 }),
    type: fewValues({
      value: recorded.event.type,
      name: eventTypeOf(recorded.event.type)?.description ?? null,
      count: 3,
    }),
    place: fewValues({ value: 'AZ-LAC', name: 'Lachin', count: 1 }, { value: 'AZ-AGM', name: 'Aghdam', count: 1 }),
    actor: fewValues({ value: 'AM', name: 'Armenia', count: 3 }, { value: 'AZ', name: 'Azerbaijan', count: 3 }),
    topic: fewValues(),
    status: fewValues({ value: 'confirmed', name: null, count: 3 }),
    newsroom: fewValues({ value: recorded.newsroom, name: null, count: 3 }),
  },
  entries: 3,
  complete: true,
  stoppedAt: null,
  range,
  asOf: corrected.publishedAt,
  nextCursor: null,
};
