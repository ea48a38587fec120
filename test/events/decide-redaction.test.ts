import { describe, test } from '@jest/globals';
import type { RedactCommand } from '../../events/decisions/decide-redaction.ts';
import { digestOfRedaction } from '../../events/decisions/decide-redaction.ts';
import { noValues, valuesOf } from '../../events/event-values.ts';
import { InvalidInput, NotFound, Redacted, StateConflict } from '../../events/input/errors.ts';
import type { Revision } from '../../events/revision.ts';
import { correctedRevision, eventWith, given, recordedAt, recordedRevision, retractedRevision } from './given.ts';

const recorded = recordedRevision(
  eventWith({ actors: [{ name: 'Jane Roe' }], stories: ['minsk-group'] }, { id: 'jane-roe' }),
);
const corrected = correctedRevision(recorded, 'A slip', {}, { ...recorded.event.data, actors: [], stories: [] });
const retracted = retractedRevision(corrected, 'No');

const whole: RedactCommand = { kind: 'redact', note: 'By order.', reason: 'legal', newsroom: 'example' };
const first: RedactCommand = {
  ...whole,
  revisions: [0],
  standing: { revision: 1, values: valuesOf(corrected), correction: { note: 'A slip', at: recordedAt, changed: [] } },
};

const emptied = {
  specversion: '1.0',
  id: '',
  source: '/newsrooms/example',
  type: 'event.redacted',
  subject: 'karabakh-2020',
};

/** What takes down the whole event after its correction. */
const wholeRevision = {
  eventId: recorded.eventId,
  revision: 2,
  kind: 'redacted',
  note: 'By order.',
  digest: digestOfRedaction(whole),
  recordedAt,
  newsroom: 'example',
  redaction: { reason: 'legal', by: 'newsroom' },
  event: { ...emptied, data: { stories: [] } },
  carried: { ...noValues, stories: ['minsk-group'], removed: true },
} as unknown as Revision;

const goneError = new Redacted('This event was taken down; the note says why.', {
  id: recorded.eventId,
  story: 'karabakh-2020',
  note: 'By order.',
  reason: 'legal',
  redactedAt: recordedAt,
  revision: 2,
});

describe('a redaction of a whole event', () => {
  test('is a revision without content, that carries nothing on but stories and newsrooms', () => {
    given(recorded, corrected).when(whole).thenAppends(wholeRevision);
  });
  test('may follow a retraction', () => {
    given(recorded, corrected, retracted)
      .when(whole)
      .thenAppends({ ...wholeRevision, revision: 3 });
  });
  test('changes nothing when it is sent again', () => {
    given(recorded, corrected, wholeRevision).when(whole).thenNothing();
  });
  test('is refused to another newsroom', () => {
    given(recorded)
      .when({ ...whole, newsroom: 'another' })
      .thenThrows(new NotFound('Your newsroom has no event with this id.'));
  });
  test('cannot be repeated by the newsroom, since nothing is left', () => {
    given(recorded, corrected, wholeRevision)
      .when({ ...whole, note: 'Another note.' })
      .thenThrows(goneError);
  });
  test('may be repeated by the operator, which takes down the note of the one before', () => {
    const command: RedactCommand = { ...whole, note: 'Another note.', newsroom: null };
    given(recorded, corrected, wholeRevision)
      .when(command)
      .thenAppends({
        ...wholeRevision,
        revision: 3,
        note: 'Another note.',
        digest: digestOfRedaction(command),
        redaction: { reason: 'legal', by: 'operator' },
      });
  });
});

describe('a redaction of some revisions', () => {
  test('is a revision with the content that stays, and carries on what other revisions that stay have', () => {
    const { carried: _, changed: __, ...standing } = corrected;
    given(recorded, corrected)
      .when(first)
      .thenAppends({
        ...standing,
        revision: 2,
        kind: 'redacted',
        note: 'By order.',
        digest: digestOfRedaction(first),
        redaction: { reason: 'legal', revisions: [0], by: 'newsroom' },
        carried: { ...noValues, removed: true },
        correction: { note: 'A slip', at: recordedAt, changed: [] },
      });
  });
  test('cannot name the latest', () => {
    given(recorded, corrected)
      .when({ ...first, revisions: [0, 1] })
      .thenThrows(
        new InvalidInput([
          {
            pointer: '/revisions/1',
            detail: 'Is the latest revision. Correct the event first, or leave out revisions to take all of it down.',
          },
        ]),
      );
  });
  test('cannot name one that there is not', () => {
    given(recorded, corrected)
      .when({ ...first, revisions: [7] })
      .thenThrows(new InvalidInput([{ pointer: '/revisions/0', detail: 'The event has no revision 7.' }]));
  });
  test('is refused for a retracted event, whose latest revision has the content', () => {
    given(recorded, corrected, retracted)
      .when({ ...first, standing: { revision: 2, values: noValues } })
      .thenThrows(new StateConflict('This event was retracted. Leave out revisions to take all of it down.'));
  });
});

describe('an event that was taken down', () => {
  test('cannot be corrected', () => {
    given(recorded, corrected, wholeRevision)
      .when({ kind: 'correct', newsroom: 'example', expected: 2, note: 'No', data: { headline: 'b' } })
      .thenThrows(goneError);
  });
  test('cannot be retracted', () => {
    given(recorded, corrected, wholeRevision)
      .when({ kind: 'retract', newsroom: 'example', expected: 2, note: 'No' })
      .thenThrows(goneError);
  });
});
