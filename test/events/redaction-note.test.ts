import { describe, expect, test } from '@jest/globals';
import { NoteReview } from '../../events/redaction-note.ts';
import { refusal } from '../support/expectations/refusal.ts';
import { correctedRevision, eventWith, recordedRevision } from './given.ts';

const event = eventWith(
  { headline: 'Jane Roe speaks in the court of Şuşa', actors: [{ name: 'Jane Roe' }] },
  { id: 'interview-4711' },
);
const recorded = recordedRevision(event);

function review(note: string, ...revisions: Parameters<NoteReview['compare']>) {
  const reviewed = new NoteReview(note);
  for (const revision of revisions) reviewed.compare(revision);
  return reviewed;
}

describe('the note of a redaction', () => {
  test.each([
    'By order of the court.',
    'Taken down to protect a person.',
    'On request of the person who was named in it.',
    'Él lo pidió: §12 Abs. 3.',
  ])('may say %p', (note) => {
    expect(() => review(note, recorded).assertRepeatsNothing()).not.toThrow();
  });
  test.each([
    ['a name', 'By order in the case of Jane Roe.', '"jane", "roe"'],
    ['a name in other letters', 'JANE asked for it.', '"jane"'],
    ['a name in full-width letters', 'ＪＡＮＥ asked for it.', '"jane"'],
    ['a name of a place', 'The court of ŞUŞA decided.', '"şuşa"'],
    ['a word of the id that its newsroom gave it', 'About INTERVIEW-4711.', '"interview", "4711"'],
  ])('cannot repeat %s', (_, note, words) => {
    expect(refusal(() => review(note, recorded).assertRepeatsNothing())).toEqual([
      {
        pointer: '/note',
        detail: `Repeats words of what it takes down: ${words}. The note stays public. Use other words, or send "confirmNote": true to keep it.`,
      },
    ]);
  });
  test('cannot repeat the note of a correction that is taken down', () => {
    const corrected = correctedRevision(recorded, 'It was Mary.', {}, event.data);
    expect(() => review('Mary asked for it.', corrected).assertRepeatsNothing()).toThrow();
  });
});
