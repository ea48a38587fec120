import { describe, expect, test } from '@jest/globals';
import { type Command, decide } from '../../events/decisions/decide.ts';
import { beforeFirstRevision, evolve, initialState } from '../../events/decisions/event-state.ts';
import type { CloudEvent } from '../../events/event.ts';
import { noValues } from '../../events/event-values.ts';
import { digestOf, eventIdOf } from '../../events/identity.ts';
import { Forbidden, NotFound, RevisionRequired, StaleRevision, StateConflict } from '../../events/input/errors.ts';
import type { Revision } from '../../events/revision.ts';
import { given, recordedAt } from './given.ts';

const newsroom = 'example';
/** What the timelines show of a story that they do not have. */
const unknown = { owner: null, entries: 0 };
const story = 'karabakh-2020';
const description = { title: 'Nagorno-Karabakh', timezone: 'Asia/Baku' };
const describedAs = (data: object): Revision => ({
  eventId: eventIdOf('/stories', story),
  revision: 0,
  kind: 'recorded',
  event: {
    specversion: '1.0',
    id: story,
    source: '/stories',
    type: 'story.described',
    subject: story,
    data: data as CloudEvent['data'],
  },
  digest: digestOf({ type: 'story.described', subject: story, data }),
  recordedAt,
  newsroom,
});
const first = describedAs(description);
const second: Revision = { ...describedAs({ title: 'Karabakh' }), revision: 1, kind: 'corrected' };
const describing = (data: object, parts: Partial<Command & { kind: 'describe' }> = {}): Command => ({
  kind: 'describe',
  story,
  data,
  newsroom,
  known: unknown,
  ...parts,
});

const own = { owner: newsroom, entries: 0 };

/** The revision that withdraws a story. */
function withdrawnAfter(before: Revision): Revision {
  const digest = digestOf({ kind: 'withdrawn', subject: story });
  return { ...before, revision: before.revision + 1, kind: 'retracted', digest };
}

/** The revision that hands a story over to another newsroom. */
function transferredAfter(before: Revision, to = 'dpa', note = 'They began it.'): Revision {
  return {
    ...before,
    revision: before.revision + 1,
    kind: 'transferred',
    newsroom: to,
    ownedFrom: before.revision + 1,
    note,
    digest: digestOf({ kind: 'transferred', subject: story, newsroom: to }),
    carried: { ...noValues, newsrooms: [before.newsroom] },
  };
}

describe('describing a story', () => {
  test('appends its first revision', () => {
    given().when(describing(description)).thenAppends(first);
    given()
      .when(describing(description, { mustBeNew: true }))
      .thenAppends(first);
  });
  test('on a revision is stale if the story has no description', () => {
    given()
      .when(describing(description, { expected: 4 }))
      .thenThrows(
        new StaleRevision('There is no revision 4: this story has no description. To write one, leave out If-Match.'),
      );
  });
  test('as a new one fails if the story has a description, even the same one', () => {
    for (const data of [description, { title: 'Karabakh' }]) {
      given(first)
        .when(describing(data, { mustBeNew: true }))
        .thenThrows(
          new StaleRevision(
            'This story has a description already. To change it, send If-Match: "0" instead of If-None-Match.',
            0,
          ),
        );
    }
  });
  test('with its current description appends nothing, on its current revision or without naming one', () => {
    given(first).when(describing(description)).thenNothing();
    given(first)
      .when(describing(description, { expected: 0 }))
      .thenNothing();
    given(first)
      .when(describing(description, { expected: beforeFirstRevision }))
      .thenNothing();
  });
  test('with its current description is stale on a revision that this was never written on', () => {
    given(first)
      .when(describing(description, { expected: 7 }))
      .thenThrows(
        new StaleRevision(
          'This builds on revision 7, but the current revision is 0. Read it, and send If-Match: "0".',
          0,
        ),
      );
    const back: Revision = { ...describedAs(description), revision: 2, kind: 'corrected' };
    given(first, second, back)
      .when(describing(description, { expected: 0 }))
      .thenThrows(
        new StaleRevision(
          'This builds on revision 0, but the current revision is 2. Read it, and send If-Match: "2".',
          2,
        ),
      );
    given(first, second, back)
      .when(describing(description, { expected: 1 }))
      .thenNothing();
  });
  test('with what an earlier owner wrote on the same revision is no retry of it', () => {
    const heir = { ...describedAs({ title: 'Artsakh' }), newsroom: 'dpa', revision: 3, ownedFrom: 2 };
    given(first, second, transferredAfter(second), heir)
      .when(describing({ title: 'Karabakh' }, { newsroom: 'dpa', expected: 0 }))
      .thenThrows(
        new StaleRevision(
          'This builds on revision 0, but the current revision is 3. Read it, and send If-Match: "3".',
          3,
        ),
      );
  });
  test('with another description needs the revision that it builds on', () => {
    given(first)
      .when(describing({ title: 'Karabakh' }))
      .thenThrows(new RevisionRequired('To change the story, send If-Match: "0", the current revision.', 0));
  });
  test('with another description appends the next revision, which replaces the whole description', () => {
    given(first)
      .when(describing({ title: 'Karabakh' }, { expected: 0 }))
      .thenAppends(second);
  });
  test('again with an earlier description on its own revision appends nothing', () => {
    const third: Revision = { ...describedAs({ title: 'Artsakh' }), revision: 2, kind: 'corrected' };
    given(first, second, third)
      .when(describing({ title: 'Karabakh' }, { expected: 0 }))
      .thenNothing();
  });
  test('on an earlier revision is stale', () => {
    given(first, second)
      .when(describing({ title: 'Artsakh' }, { expected: 0 }))
      .thenThrows(
        new StaleRevision(
          'This builds on revision 0, but the current revision is 1. Read it, and send If-Match: "1".',
          1,
        ),
      );
  });
  test('is forbidden to another newsroom than the one that described it, even with the same description', () => {
    given(first)
      .when(describing(description, { newsroom: 'dpa' }))
      .thenThrows(new Forbidden('The newsroom example owns this story. Only it can describe it.'));
  });
  test('is forbidden to another newsroom than the one that owns it by its events', () => {
    given()
      .when(describing(description, { known: { owner: 'dpa', entries: 1 } }))
      .thenThrows(new Forbidden('The newsroom dpa owns this story. Only it can describe it.'));
  });
  test('by its owner appends the next revision if another newsroom described it before the owner was known', () => {
    const known = { owner: newsroom, entries: 1 };
    const theirs = { ...first, newsroom: 'dpa' };
    const mine = {
      ...describedAs({ title: 'Karabakh' }),
      revision: 1,
      ownedFrom: 1,
      carried: { ...noValues, newsrooms: ['dpa'] },
    };
    for (const parts of [{}, { mustBeNew: true }, { expected: 0 }, { expected: beforeFirstRevision }]) {
      given(theirs)
        .when(describing({ title: 'Karabakh' }, { known, ...parts }))
        .thenAppends(mine);
    }
  });
  test('after it was withdrawn appends the next revision, by any newsroom, with the same description too', () => {
    const mine = { ...describedAs(description), revision: 2 };
    given(first, withdrawnAfter(first)).when(describing(description)).thenAppends(mine);
    given(first, withdrawnAfter(first))
      .when(describing(description, { newsroom: 'dpa', mustBeNew: true }))
      .thenAppends({ ...mine, newsroom: 'dpa', ownedFrom: 2, carried: { ...noValues, newsrooms: [newsroom] } });
  });
  test('after it was handed over is for its new owner alone, whatever the timelines still show', () => {
    const known = { owner: newsroom, entries: 3 };
    given(first, transferredAfter(first))
      .when(describing({ title: 'Karabakh' }, { known, expected: 1 }))
      .thenThrows(new Forbidden('The newsroom dpa owns this story. Only it can describe it.'));
    given(first, transferredAfter(first))
      .when(describing({ title: 'Karabakh' }, { known, expected: 1, newsroom: 'dpa' }))
      .thenAppends({
        ...describedAs({ title: 'Karabakh' }),
        newsroom: 'dpa',
        revision: 2,
        ownedFrom: 1,
        kind: 'corrected',
        carried: { ...noValues, newsrooms: [newsroom] },
      });
  });
  test('is refused after a thousand revisions of one owner, but each newsroom that comes to own it has a thousand of its own', () => {
    const last = { ...first, revision: 999 };
    const full = new StateConflict(
      'A story has at most 1000 revisions while a newsroom owns it, and this one has them.',
    );
    const other = { title: 'Karabakh' };
    const mine = { ...describedAs(other), newsroom: 'dpa', carried: { ...noValues, newsrooms: [newsroom] } };
    given(last)
      .when(describing(other, { expected: 999 }))
      .thenThrows(full);
    given(last, withdrawnAfter(last)).when(describing(other)).thenThrows(full);
    given(last, withdrawnAfter(last))
      .when(describing(other, { newsroom: 'dpa' }))
      .thenAppends({ ...mine, revision: 1_001, ownedFrom: 1_001 });
    const described: Revision = { ...mine, revision: 1_001, kind: 'corrected', ownedFrom: 1_000 };
    given(last, transferredAfter(last))
      .when(describing(other, { newsroom: 'dpa', expected: 1_000 }))
      .thenAppends(described);
    const again = describedAs(description);
    given(described)
      .when(describing(description, { newsroom: 'dpa', expected: 1_001 }))
      .thenAppends({ ...described, event: again.event, digest: again.digest, revision: 1_002 });
    const heirsLast = { ...described, revision: 1_999 };
    given(heirsLast)
      .when(describing(description, { newsroom: 'dpa', expected: 1_999 }))
      .thenThrows(full);
    given(heirsLast, transferredAfter(heirsLast, 'example'))
      .when(describing({ title: 'Artsakh' }, { expected: 2_000 }))
      .thenAppends({
        ...describedAs({ title: 'Artsakh' }),
        revision: 2_001,
        kind: 'corrected',
        ownedFrom: 2_000,
        carried: { ...noValues, newsrooms: ['dpa'] },
      });
  });
  test('on a transfer of a release that did not write where an ownership begins counts from the transfer', () => {
    const last = { ...first, revision: 999 };
    const { ownedFrom: _, ...transferred } = transferredAfter(last);
    given(last, transferred)
      .when(describing({ title: 'Karabakh' }, { newsroom: 'dpa', expected: 1_000 }))
      .thenAppends({
        ...describedAs({ title: 'Karabakh' }),
        newsroom: 'dpa',
        revision: 1_001,
        kind: 'corrected',
        ownedFrom: 1_000,
        carried: { ...noValues, newsrooms: [newsroom] },
      });
  });
  test('counts the revisions of its owner as before after the operator took its content down', () => {
    const mine: Revision = {
      ...describedAs({ title: 'Karabakh' }),
      newsroom: 'dpa',
      revision: 1_500,
      ownedFrom: 1_000,
    };
    const redact = { kind: 'redact', note: 'A private name.', reason: 'privacy', newsroom: null } as const;
    const [redacted] = decide(redact, [mine].reduce(evolve, initialState), Date.parse(recordedAt));
    expect(redacted).toMatchObject({ kind: 'redacted', revision: 1_501, newsroom: 'dpa', ownedFrom: 1_000 });
  });
  test('is the only way to change its description: it cannot be corrected or retracted', () => {
    const change = { note: 'A slip', expected: 0, newsroom } as const;
    for (const command of [
      { kind: 'correct', data: { title: 'Karabakh' }, ...change },
      { kind: 'retract', ...change },
    ] as const) {
      given(first).when(command).thenThrows(new NotFound('Your newsroom has no event with this id.'));
    }
  });
});

describe('withdrawing a story', () => {
  const withdrawing = (parts: Partial<Command & { kind: 'withdraw' }> = {}): Command => ({
    kind: 'withdraw',
    story,
    newsroom,
    known: own,
    ...parts,
  });

  test('appends a revision, on its current one or without naming one', () => {
    given(first).when(withdrawing()).thenAppends(withdrawnAfter(first));
    given(first)
      .when(withdrawing({ expected: 0 }))
      .thenAppends(withdrawnAfter(first));
    given(first)
      .when(withdrawing({ known: unknown }))
      .thenAppends(withdrawnAfter(first));
  });
  test('on another revision than the current one is stale', () => {
    given(first, second)
      .when(withdrawing({ expected: 0 }))
      .thenThrows(
        new StaleRevision(
          'This builds on revision 0, but the current revision is 1. Read it, and send If-Match: "1".',
          1,
        ),
      );
  });
  test('again appends nothing, unless it names a revision that it was not written on', () => {
    given(first, withdrawnAfter(first)).when(withdrawing()).thenNothing();
    for (const expected of [0, 1]) {
      given(first, withdrawnAfter(first)).when(withdrawing({ expected })).thenNothing();
    }
    given(first, withdrawnAfter(first))
      .when(withdrawing({ expected: 999_999 }))
      .thenThrows(
        new StaleRevision(
          'This builds on revision 999999, but the current revision is 1. Read it, and send If-Match: "1".',
          1,
        ),
      );
    given(first, withdrawnAfter(first))
      .when(withdrawing({ known: unknown }))
      .thenNothing();
  });
  test('is refused if the story has entries', () => {
    given(first)
      .when(withdrawing({ known: { owner: newsroom, entries: 1 } }))
      .thenThrows(new StateConflict('The story has entries. Only a story without entries can be withdrawn.'));
  });
  test('is forbidden to another newsroom than its owner', () => {
    given(first)
      .when(withdrawing({ newsroom: 'dpa' }))
      .thenThrows(new Forbidden('The newsroom example owns this story. Only it can withdraw it.'));
  });
  test.each([
    ['was never described', []],
    ['another newsroom withdrew', [first, withdrawnAfter(first)]],
  ])('finds nothing in a story that %s', (_, revisions) => {
    given(...revisions)
      .when(withdrawing({ newsroom: 'dpa', known: unknown }))
      .thenThrows(new NotFound('No newsroom has described this story.'));
  });
});

describe('handing a story over', () => {
  const transferring = (parts: Partial<Command & { kind: 'transfer' }> = {}): Command => ({
    kind: 'transfer',
    story,
    note: 'They began it.',
    newsroom: 'dpa',
    description,
    known: own,
    ...parts,
  });

  test('appends a revision of the new owner, with the description as it was', () => {
    given(first).when(transferring()).thenAppends(transferredAfter(first));
  });
  test('that nobody has described appends its first revision', () => {
    const { carried: _carried, ownedFrom: _ownedFrom, ...transferred } = transferredAfter(first);
    given()
      .when(transferring())
      .thenAppends({ ...transferred, revision: 0 });
  });
  test('to its owner appends nothing', () => {
    given(first).when(transferring({ newsroom })).thenNothing();
    given(first, transferredAfter(first)).when(transferring()).thenNothing();
  });
  test('that nobody owns is not found', () => {
    given()
      .when(transferring({ known: unknown }))
      .thenThrows(new NotFound('No newsroom owns this story.'));
  });
});
