import { describe, expect, test } from '@jest/globals';
import { extentOf } from '../../events/dates/when.ts';
import { acknowledgementOf } from '../../events/decisions/acknowledgement.ts';
import { type Command, decide } from '../../events/decisions/decide.ts';
import type { EventState } from '../../events/decisions/event-state.ts';
import type { CloudEvent } from '../../events/event.ts';
import { noValues } from '../../events/event-values.ts';
import { digestOf } from '../../events/identity.ts';
import {
  Conflict,
  Forbidden,
  InvalidInput,
  NotFound,
  NotPublishedYet,
  StaleRevision,
  TooLarge,
} from '../../events/input/errors.ts';
import { maximumEventBytes } from '../../events/input/limits.ts';
import type { Revision } from '../../events/revision.ts';
import { thrownBy } from '../support/expectations/refusal.ts';
import { correctedRevision, eventWith, given, now, recordedAt, recordedRevision, retractedRevision } from './given.ts';

const newsroom = 'example';
const event = eventWith({ summary: 'As it was first told.' });
const { data } = event;
const recorded = recordedRevision(event);
const record = (other: CloudEvent): Command => ({ kind: 'record', event: other, newsroom });

const patch = { headline: 'Something else happened' };
const note = 'The headline was wrong.';
const corrected = correctedRevision(recorded, note, patch, { ...data, ...patch });
const correct = (parts: Partial<Command & { kind: 'correct' }> = {}): Command => ({
  kind: 'correct',
  note,
  data: patch,
  expected: 0,
  newsroom,
  ...parts,
});

const retracted = retractedRevision(recorded, 'It did not happen.');
const retract = (parts: Partial<Command & { kind: 'retract' }> = {}): Command => ({
  kind: 'retract',
  note: 'It did not happen.',
  expected: 0,
  newsroom,
  ...parts,
});

describe('recording an event', () => {
  test('appends its first revision', () => {
    given().when(record(event)).thenAppends(recorded);
  });
  test('again appends nothing, whatever its time and the order of its fields', () => {
    const reordered = { ...event, data: Object.fromEntries(Object.entries(data).reverse()) } as CloudEvent;
    given(recorded).when(record(event)).thenNothing();
    given(recorded)
      .when(record({ ...reordered, time: '2020-12-02T10:00:00Z' }))
      .thenNothing();
  });
  test('again appends nothing after it was corrected or retracted', () => {
    given(recorded, corrected).when(record(event)).thenNothing();
    given(recorded, retracted).when(record(event)).thenNothing();
  });
  test.each<[string, CloudEvent]>([
    ['other data', eventWith({ headline: 'Another' })],
    ['another story', { ...event, subject: 'another-story' }],
    ['another type', { ...event, type: 'hostilities.reported' }],
  ])('under a taken id with %s is a conflict that shows the stored event', (_, other) => {
    const message = 'An event with other content has this id. Correct that event, or post this one under another id.';
    given(recorded)
      .when(record(other))
      .thenThrows(new Conflict(message, { id: recorded.eventId, revision: 0, recordedAt, event }));
  });
  test('with the content of its correction is a conflict: the id belongs to the recorded content', () => {
    const message = 'An event with other content has this id. Correct that event, or post this one under another id.';
    given(recorded, corrected)
      .when(record(corrected.event))
      .thenThrows(new Conflict(message, acknowledgementOf(corrected)));
  });
  test('accepts 64 KiB of UTF-8 and not one byte more', () => {
    const sized = (bytes: number) => {
      const summary = '𝄞'.repeat(16_000);
      const missing = bytes - Buffer.byteLength(JSON.stringify(eventWith({ summary })));
      return eventWith({ summary: summary + 'a'.repeat(missing) });
    };
    const largest = sized(maximumEventBytes);
    given().when(record(largest)).thenAppends(recordedRevision(largest));
    given()
      .when(record(sized(maximumEventBytes + 1)))
      .thenThrows(new TooLarge('An event holds at most 65536 bytes as JSON; this one would have 65537.'));
  });
});

describe('correcting an event', () => {
  test('appends the next revision: the corrected event, with the note', () => {
    given(recorded).when(correct()).thenAppends(corrected);
  });
  test('merges objects, removes fields that are null, and replaces whole lists', () => {
    const sources = [{ url: 'https://example.org/2', publisher: 'Reuters' }];
    const merged = { when: { tz: 'Asia/Baku' }, summary: null, sources };
    const { summary: _, ...rest } = data;
    given(recorded)
      .when(correct({ data: merged }))
      .thenAppends(
        correctedRevision(recorded, note, merged, { ...rest, when: { edtf: '2020-12-01', tz: 'Asia/Baku' }, sources }),
      );
  });
  test('builds on the correction before it', () => {
    const further = { summary: 'As it is told now.' };
    given(recorded, corrected)
      .when(correct({ data: further, expected: 1 }))
      .thenAppends(correctedRevision(corrected, note, further, { ...data, ...patch, ...further }));
  });
  test('changes only the data of the event', () => {
    const whole = eventWith(
      {},
      { time: '2020-12-02T10:00:00Z', traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
    );
    const first = recordedRevision(whole);
    given(first)
      .when(correct())
      .thenAppends(correctedRevision(first, note, patch, { ...whole.data, ...patch }));
  });
  test('again appends nothing, even after later corrections and a retraction', () => {
    const later = correctedRevision(corrected, 'More', { summary: 'b' }, { ...data, ...patch, summary: 'b' });
    given(recorded, corrected).when(correct()).thenNothing();
    given(recorded, corrected, later).when(correct()).thenNothing();
    given(recorded, corrected, retractedRevision(corrected, 'No')).when(correct()).thenNothing();
  });
  test.each<[string, Partial<Command & { kind: 'correct' }>]>([
    ['another patch', { data: { headline: 'A third thing happened' } }],
    ['another note', { note: 'Another reason.' }],
  ])('with %s on a revision that is not the current one is stale', (_, parts) => {
    given(recorded, corrected)
      .when(correct(parts))
      .thenThrows(
        new StaleRevision(
          'This builds on revision 0, but the current revision is 1. Read it, and send If-Match: "1".',
          1,
        ),
      );
  });
  test('on a revision that does not exist yet is stale', () => {
    given(recorded)
      .when(correct({ expected: 3 }))
      .thenThrows(
        new StaleRevision(
          'This builds on revision 3, but the current revision is 0. Read it, and send If-Match: "0".',
          0,
        ),
      );
  });
  test.each<[string, Revision[], Command]>([
    ['there is none', [], correct()],
    ['it is of another newsroom', [recorded], correct({ newsroom: 'dpa' })],
    ['it is of another newsroom, and this was done before', [recorded, corrected], correct({ newsroom: 'dpa' })],
  ])('is not found if %s', (_, revisions, command) => {
    given(...revisions)
      .when(command)
      .thenThrows(new NotFound('Your newsroom has no event with this id.'));
  });
  test('that was retracted is a conflict, whichever revision it builds on', () => {
    const conflict = new Conflict(
      'This event was retracted, which is final. Post a new event under a new id.',
      acknowledgementOf(retracted),
    );
    given(recorded, retracted).when(correct()).thenThrows(conflict);
    given(recorded, retracted)
      .when(correct({ expected: 1 }))
      .thenThrows(conflict);
  });
  test('reports an error at each field that would be invalid', () => {
    const reason = thrownBy(() => extentOf({ edtf: '2020-02-30' })) as Error;
    given(recorded)
      .when(correct({ data: { when: { edtf: '2020-02-30' }, status: null, sources: [] } }))
      .thenThrows(
        new InvalidInput([
          { pointer: '/data/when/edtf', detail: reason.message },
          { pointer: '/data/status', detail: 'Is required: one of planned, reported, confirmed, disputed.' },
          { pointer: '/data/sources', detail: 'Must hold at least 1 item.' },
        ]),
      );
  });
  test.each<[string, object]>([
    ['an empty patch', {}],
    ['what it says already', { headline: data.headline, when: { edtf: '2020-12-01' } }],
    ['null for what is not there', { language: null }],
  ])('with %s is invalid, since it changes nothing', (_, nothing) => {
    given(recorded)
      .when(correct({ data: nothing }))
      .thenThrows(new InvalidInput([{ pointer: '/data', detail: 'Changes nothing. Send the fields that change.' }]));
  });
  test('fails if the event would become too large', () => {
    const size = Buffer.byteLength(JSON.stringify({ ...event, data: { ...data, summary: 'a'.repeat(70_000) } }));
    given(recorded)
      .when(correct({ data: { summary: 'a'.repeat(70_000) } }))
      .thenThrows(new TooLarge(`An event holds at most 65536 bytes as JSON; this one would have ${size}.`));
  });
  test('treats a member called __proto__ as an unknown field', () => {
    given(recorded)
      .when(correct({ data: JSON.parse('{"__proto__":{"headline":"b"}}') }))
      .thenThrows(
        new InvalidInput([
          {
            pointer: '/data/__proto__',
            detail:
              'Is not a known field. Leave it out, or use one of: when, headline, summary, language, translations, status, actors, places, topics, sources, media, stories, relations, quantity.',
          },
        ]),
      );
  });
});

describe('retracting an event', () => {
  test('appends the last revision: the event as it was, with the note', () => {
    given(recorded).when(retract()).thenAppends(retracted);
    given(recorded, corrected)
      .when(retract({ expected: 1 }))
      .thenAppends(retractedRevision(corrected, 'It did not happen.'));
  });
  test('again changes nothing', () => {
    given(recorded, retracted).when(retract()).thenNothing();
  });
  test('again with another note is a conflict', () => {
    given(recorded, retracted)
      .when(retract({ note: 'Another', expected: 1 }))
      .thenThrows(
        new Conflict(
          'This event was retracted, which is final. Post a new event under a new id.',
          acknowledgementOf(retracted),
        ),
      );
  });
  test('on a revision before its last correction is stale', () => {
    given(recorded, corrected)
      .when(retract())
      .thenThrows(
        new StaleRevision(
          'This builds on revision 0, but the current revision is 1. Read it, and send If-Match: "1".',
          1,
        ),
      );
  });
  test.each([[[]], [[recorded]]])('of another newsroom, or an unknown one, is not found %#', (revisions) => {
    given(...revisions)
      .when(retract({ newsroom: 'dpa' }))
      .thenThrows(new NotFound('Your newsroom has no event with this id.'));
  });
});

describe('unlisting an event', () => {
  const publishedAt = '2020-12-02T09:30:01.000Z';
  const story = 'karabakh-2020';
  const unlist = (of: Revision, parts: Partial<Command & { kind: 'unlist' }> = {}): Command => ({
    kind: 'unlist',
    story,
    note: 'Elsewhere',
    newsroom: 'dpa',
    owner: 'dpa',
    published: { ...of, publishedAt },
    ...parts,
  });
  const unlistedAfter = ({ changed: _, carried: _carried, ...before }: Revision, more: object = {}): Revision => ({
    ...before,
    revision: before.revision + 1,
    kind: 'unlisted',
    by: 'dpa',
    note: 'Elsewhere',
    digest: digestOf({ kind: 'unlisted', story }),
    unlisted: [story],
    carried: { ...noValues, stories: [story] },
    ...more,
  });

  test('appends a revision with the same event, of the same newsroom, that the story does not list', () => {
    given(recorded).when(unlist(recorded)).thenAppends(unlistedAfter(recorded));
  });
  test('keeps the last correction in sight', () => {
    const { note, changed } = corrected;
    const unlisted = unlistedAfter(corrected, { correction: { note, changed, at: publishedAt } });
    given(recorded, corrected).when(unlist(corrected)).thenAppends(unlisted);
  });
  test('again appends nothing, also after a correction', () => {
    const unlisted = unlistedAfter(recorded);
    given(recorded, unlisted).when(unlist(unlisted)).thenNothing();
    const [later] = decide(
      correct({ expected: 1, data: { headline: 'Anew' } }),
      { latest: unlisted, digests: {} },
      now,
    ) as [Revision];
    expect(later.unlisted).toEqual([story]);
    given(recorded, unlisted, later).when(unlist(later)).thenNothing();
  });
  test('is for the owner of the story alone', () => {
    for (const owner of ['example', null]) {
      given(recorded)
        .when(unlist(recorded, { owner }))
        .thenThrows(new Forbidden('Your newsroom does not own the story karabakh-2020.'));
    }
  });
  test('waits for the last revision to be published', () => {
    given(recorded, corrected)
      .when(unlist(recorded))
      .thenThrows(new NotPublishedYet('The event has a revision that is not published yet. Try again in a second.'));
  });
  test('needs an event that is in the story', () => {
    given().when(unlist(recorded)).thenThrows(new NotFound('There is no event with this id.'));
    given(recorded)
      .when(unlist(recorded, { story: 'another' }))
      .thenThrows(new NotFound('The event is not in the story another.'));
  });
  test('of a retracted event is a conflict', () => {
    const retracted = retractedRevision(recorded, 'No');
    given(recorded, retracted)
      .when(unlist(retracted))
      .thenThrows(new Conflict('This event was retracted. No timeline shows it.'));
  });
  test('is refused by no limit of revisions', () => {
    const last = { ...recorded, revision: 999 };
    given(last).when(unlist(last)).thenAppends(unlistedAfter(last));
  });
});

describe('a decision', () => {
  test('changes neither the state nor the command', () => {
    const frozen = (value: object): object => {
      for (const member of Object.values(value)) if (typeof member === 'object' && member) frozen(member);
      return Object.freeze(value);
    };
    const state = frozen({ latest: structuredClone(recorded), digests: { 0: recorded.digest } });
    const command = frozen(structuredClone(correct({ data: { when: { tz: 'Asia/Baku' } } }))) as Command;
    expect(decide(command, state as EventState, now)).toHaveLength(1);
  });
});

describe('an acknowledgement', () => {
  test('has the id, the revision, the time of acceptance, and the event', () => {
    expect(acknowledgementOf(corrected)).toEqual({
      id: recorded.eventId,
      revision: 1,
      recordedAt,
      event: corrected.event,
    });
  });
});
