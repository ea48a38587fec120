import { describe, expect, test } from '@jest/globals';
import type { CloudEvent } from '../../../events/event.ts';
import { allValues, valuesOf } from '../../../events/event-values.ts';
import type { Filter } from '../../../events/timeline/filter.ts';
import { type AudienceRevision, audienceOf, receives, type Subscription } from '../../../events/webhooks/audience.ts';
import { developmentWith } from '../samples.ts';

interface Given {
  /**
   * Filters of endpoints that are served from the beginning, by id; or with the position after which they are served.
   */
  readonly endpoints: Readonly<Record<string, Filter | { readonly filter: Filter; readonly since: number }>>;
  /** The first positions of recorded recipients, by endpoint. */
  readonly recipients?: Readonly<Record<string, number>>;
}

const inLachin: Filter = { places: ['lachin'] };
const inShusha: Filter = { places: ['shusha'] };
const everything: Filter = {};

/** A first revision of an event at a position, in one place. */
function revisionAt(position: number, place: string, data: object = {}): AudienceRevision {
  const event = developmentWith({ places: [{ name: place }], ...data }) as unknown as CloudEvent;
  return { position, values: valuesOf({ event, newsroom: 'example' }) };
}

/** Revisions of one event from the first on, each at a position. Each carries the values of those before. */
function revisionsIn(places: Readonly<Record<number, string>>): AudienceRevision[] {
  const revisions: AudienceRevision[] = [];
  for (const [position, place] of Object.entries(places)) {
    const { values } = revisionAt(Number(position), place);
    const before = revisions.at(-1)?.values ?? values;
    revisions.push({ position: Number(position), values: allValues(before, values) });
  }
  return revisions;
}

/** @example given({ endpoints: { press: inLachin } }).when(...revisions).thenReceive({ press: [1, 2] }) */
function given({ endpoints, recipients = {} }: Given) {
  return {
    when(...revisions: AudienceRevision[]) {
      const served = Object.entries(endpoints).map(([id, endpoint]) => ({
        id,
        ...('since' in endpoint ? endpoint : { filter: endpoint, since: 0 }),
      }));
      const recorded = Object.entries(recipients).map(([endpointId, firstPosition]) => ({ endpointId, firstPosition }));
      return {
        thenReceive(expected: Readonly<Record<string, readonly number[]>>) {
          const audience = audienceOf(revisions, served, recorded);
          const received = audience.map(({ endpoint, revisions: its }) => [
            endpoint.id,
            its.map((one) => one.position),
          ]);
          expect(Object.fromEntries(received)).toEqual(expected);
        },
      };
    },
  };
}

describe('the audience of an event', () => {
  test('is every endpoint whose filter matches it, and no other', () => {
    given({ endpoints: { all: everything, lachin: inLachin, shusha: inShusha } })
      .when(...revisionsIn({ 1: 'Lachin' }))
      .thenReceive({ all: [1], lachin: [1] });
  });

  test('receives corrections that its filter does not match, from the first revision on that it does match', () => {
    given({ endpoints: { lachin: inLachin, shusha: inShusha } })
      .when(...revisionsIn({ 1: 'Lachin', 4: 'Shusha', 5: 'Aghdam' }))
      .thenReceive({ lachin: [1, 4, 5], shusha: [4, 5] });
  });

  test('receives a correction if it is recorded as a recipient of an earlier revision, whatever its filter is now', () => {
    given({ endpoints: { lachin: inLachin, shusha: inShusha }, recipients: { shusha: 3 } })
      .when(revisionAt(7, 'Aghdam'), revisionAt(8, 'Aghdam'))
      .thenReceive({ shusha: [7, 8] });
  });

  test('receives the revision at which it was recorded as a recipient, whatever its filter is now', () => {
    given({ endpoints: { shusha: inShusha }, recipients: { shusha: 7 } })
      .when(revisionAt(7, 'Lachin'), revisionAt(8, 'Lachin'))
      .thenReceive({ shusha: [7, 8] });
  });

  test('receives no revision before the one at which it was recorded as a recipient', () => {
    given({ endpoints: { shusha: inShusha }, recipients: { shusha: 8 } })
      .when(revisionAt(7, 'Lachin'), revisionAt(8, 'Lachin'))
      .thenReceive({ shusha: [8] });
  });

  test('receives nothing up to the position after which it is served, even if its filter matches or it is a recipient', () => {
    given({
      endpoints: { lachin: { filter: inLachin, since: 4 }, recorded: { filter: inShusha, since: 4 } },
      recipients: { recorded: 1 },
    })
      .when(...revisionsIn({ 1: 'Lachin', 4: 'Lachin', 5: 'Lachin', 6: 'Aghdam' }))
      .thenReceive({ lachin: [5, 6], recorded: [5, 6] });
  });

  test('receives a correction of an event that its filter matched before it was served', () => {
    given({ endpoints: { lachin: { filter: inLachin, since: 1 } } })
      .when(...revisionsIn({ 1: 'Lachin', 4: 'Aghdam' }))
      .thenReceive({ lachin: [4] });
  });

  test('does not depend on the recipients that are other endpoints', () => {
    given({ endpoints: { shusha: inShusha }, recipients: { lachin: 1 } })
      .when(revisionAt(7, 'Lachin'))
      .thenReceive({});
  });
});

describe('one endpoint', () => {
  const from3to6: Subscription = { filter: inLachin, from: 3, to: 6 };
  const nowhere: Subscription = { filter: everything, from: Number.POSITIVE_INFINITY };

  const later = (position: number) => ({
    ...(revisionsIn({ 1: 'Lachin', 2: 'Shusha' })[1] as AudienceRevision),
    position,
  });

  test.each<[string, Subscription, AudienceRevision, number | null, boolean]>([
    ['receives a revision that its filter matches', from3to6, revisionAt(3, 'Lachin'), null, true],
    ['receives the last of the positions at which its filter decides', from3to6, revisionAt(6, 'Lachin'), null, true],
    ['does not receive a revision that its filter does not match', from3to6, revisionAt(3, 'Shusha'), null, false],
    ['does not receive a revision before those positions', from3to6, revisionAt(2, 'Lachin'), null, false],
    ['does not receive a revision after them', from3to6, revisionAt(7, 'Lachin'), null, false],
    ['receives a correction of what its filter matched', from3to6, later(5), null, true],
    ['does not receive a correction after those positions', from3to6, later(7), null, false],
    ['receives what follows a recorded revision', from3to6, revisionAt(9, 'Shusha'), 8, true],
    ['receives the recorded revision itself', from3to6, revisionAt(9, 'Shusha'), 9, true],
    ['does not receive what comes before the recorded revision', from3to6, revisionAt(9, 'Shusha'), 10, false],
    [
      'does not receive, where its filter never decides, what is not recorded',
      nowhere,
      revisionAt(9, 'Lachin'),
      10,
      false,
    ],
    ['receives, where its filter never decides, what is recorded', nowhere, revisionAt(9, 'Lachin'), 9, true],
  ])('%s', (_, subscription, revision, firstPosition, expected) => {
    expect(receives(subscription, revision, firstPosition === null ? null : { firstPosition })).toBe(expected);
  });
});
