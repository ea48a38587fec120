import { readFileSync } from 'node:fs';
import { extentOf } from '../../../events/dates/when.ts';
import { fieldsChanged } from '../../../events/decisions/changes.ts';
import { mergePatch } from '../../../events/decisions/merge-patch.ts';
import { type CloudEvent, parseEvent } from '../../../events/event.ts';
import { eventIdOf } from '../../../events/identity.ts';
import { entryOf } from '../../../events/timeline/entry.ts';
import type { TimelineDocument } from '../../../functions/lib/formats/format.ts';
import { eventWith, recordedRevision } from '../../events/given.ts';

interface FollowUp {
  readonly path: string;
  readonly body: { readonly note: string; readonly data: object };
}

/** A correction of an event: its note, and the event as it stands from then on. */
interface Correction {
  readonly note: string;
  readonly event: CloudEvent;
}

const source = '/newsrooms/example';
const firstPublishedMs = Date.parse('2020-12-02T09:30:00.250Z');
const minuteMs = 60_000;

const textOf = (name: string) => readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8');

const publishedAt = (position: number) => new Date(firstPublishedMs + position * minuteMs).toISOString();

/** The entry of an event as a range shows it, as JSON text. */
export function entryText(event: CloudEvent, position: number, correction?: Correction): string {
  const recorded = { ...recordedRevision(event), position, publishedAt: publishedAt(position) };
  const entry = correction
    ? entryOf({
        ...recorded,
        revision: 1,
        kind: 'corrected',
        note: correction.note,
        event: correction.event,
        extent: extentOf(correction.event.data.when),
        changed: fieldsChanged(event, correction.event),
      })
    : entryOf(recorded);
  return JSON.stringify({ ...entry, certainty: 'certain' });
}

/** A page of such entries, which is also the last. */
export function documentOf(entries: readonly string[], more: Partial<TimelineDocument> = {}): TimelineDocument {
  return {
    entries,
    range: { from: null, to: null, tz: null, match: 'overlap' },
    asOf: '2020-12-02T12:00:00.000Z',
    nextCursor: null,
    origin: 'https://timeline.example',
    self: 'https://timeline.example/v1/timeline?limit=50&order=asc',
    next: null,
    title: 'Timeline',
    description: null,
    language: 'en',
    ...more,
  };
}

/** A page with one entry: an event with this data beside what every event has. */
export const documentWith = (data: object, more: Partial<TimelineDocument> = {}): TimelineDocument =>
  documentOf([entryText(eventWith(data), 0)], more);

function storyEntries(): string[] {
  const [, correction, retraction] = JSON.parse(textOf('karabakh-2020.follow-ups.json')) as [
    unknown,
    FollowUp,
    FollowUp,
  ];
  const idIn = ({ path }: FollowUp) => path.split('/')[3];
  return textOf('karabakh-2020.ndjson')
    .trimEnd()
    .split('\n')
    .map((line) => parseEvent(JSON.parse(line), { id: '', source }))
    .flatMap((event, position) => {
      const id = eventIdOf(event.source, event.id);
      if (id === idIn(retraction)) return [];
      if (id !== idIn(correction)) return [entryText(event, position)];
      const { note, data } = correction.body;
      const corrected = { ...event, data: mergePatch(event.data, data) as CloudEvent['data'] };
      return [entryText(event, position, { note, event: corrected })];
    });
}

/** The places of its first entry. */
export const storyPlaces = [
  ...['Nagorno-Karabakh', 'Aghdam', 'Fuzuli', 'Jabrayil', 'Kalbajar', 'Lachin', 'Qubadli', 'Zangilan'],
];

/** Nothing: what a range answers in which nothing happened. */
export const emptyDocument = documentOf([]);

/** The first story, corrected and retracted as it goes on: one entry has a correction note. The first page of two. */
export const storyDocument = documentOf(storyEntries(), {
  title: 'What next for Nagorno-Karabakh',
  description:
    'The truce of November 2020, the handover of three districts, the peacekeepers, those who fled and return, and what is still open.',
  self: 'https://timeline.example/v1/timeline?story=karabakh-2020&limit=33',
  next: 'https://timeline.example/v1/timeline?story=karabakh-2020&limit=33&cursor=eyJ2IjoxfQ.c2ln',
  nextCursor: 'eyJ2IjoxfQ.c2ln',
});

/** Texts that break what is written without care. */
export const hostileTexts = [
  `=cmd|' /C calc'!A0`,
  '+1+cmd',
  '-1+cmd',
  '@SUM(1+1)*cmd',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  ' =1+1',
  '＝1+1',
  'a "quoted" text, with; a comma',
  'two\r\nlines\nof text\rand more',
  '</script><img src=x onerror="globalThis.hurt=1">',
  '</p></a><script>globalThis.hurt=1</script>',
  '&lt;img src=x onerror=globalThis.hurt=1&gt;',
  '&amp;lt;svg onload=globalThis.hurt=1&amp;gt;',
  `javascript:globalThis.hurt=1//"'\``,
  'https://example.org/"onmouseover=globalThis.hurt=1',
  ']]>',
  '<!-- --> ]]&gt; <![CDATA[x',
  'BEGIN:VEVENT\r\nSUMMARY:no\\n;,:',
  'a\u2028b\u2029c\u0085d',
  'a\u0000b\u0007c\u001bd\u000be\u007f\u009f',
  'a\ufffe\uffff',
  '\ufeffa',
  '😀👩‍👩‍👧‍👦',
  'مرحبا \u202e dlrow',
  '\\',
  "'",
  'x'.repeat(290),
];

/** What no door takes and what a format survives all the same. */
export const loneSurrogate = 'a\ud800b\udfffc';

const hostileUrl = `https://example.org/?a=1&b="><script>globalThis.hurt=1</script>'#${'c'.repeat(80)}`;

function hostileEntry(text: string, position: number): string {
  const name = `${text.slice(0, 190)} 1`.toWellFormed();
  const data = {
    when: { edtf: '2020-11-09/2020-11-10', tz: 'Asia/Baku', kind: 'point' },
    actors: [{ name, role: name }],
    places: [{ name }],
    sources: [{ url: hostileUrl, publisher: name, title: name }],
  };
  const event = eventWith(data, { id: `hostile-${position}` });
  return entryText(event, position, {
    note: text,
    event: { ...event, data: { ...event.data, headline: text, summary: text } },
  });
}

/** Every hostile text as headline, summary, name, publisher and correction note; one of them no door would take. */
export const hostileDocument = documentOf([...hostileTexts, loneSurrogate].map(hostileEntry), {
  title: hostileTexts.join(' '),
  description: hostileTexts.join('\n'),
  self: 'https://timeline.example/v1/timeline?story=a&place=%22%3E%3Cscript%3E&limit=50',
});
