import { describe, expect, test } from '@jest/globals';
import { parseRange } from '../../../events/dates/range.ts';
import type { CloudEvent } from '../../../events/event.ts';
import { facetKeysOf } from '../../../events/filters/facets.ts';
import type { Filter } from '../../../events/timeline/filter.ts';
import {
  type AudienceRevision,
  audienceOf,
  firstReceived,
  firstShown,
  isShown,
  receives,
  type Subscription,
} from '../../../events/webhooks/audience.ts';
import { developmentWith } from '../samples.ts';

interface Given {
  /** Filters of endpoints that are served from the beginning, by id; or with the position after which they are served. */
  readonly endpoints: Readonly<Record<string, Filter | { readonly filter: Filter; readonly since: number }>>;
  /** The first positions of recorded recipients, by endpoint. */
  readonly recipients?: Readonly<Record<string, number>>;
}

const inLachin: Filter = { places: ['lachin'] };
const inShusha: Filter = { places: ['shusha'] };
const everything: Filter = {};

/** A revision of one event at a position, in one place. */
function revisionAt(position: number, revision: number, place: string, data: object = {}): AudienceRevision {
  const event = developmentWith({ places: [{ name: place }], ...data }) as unknown as CloudEvent;
  return { position, revision, event, newsroom: 'example' };
}

/** Revisions of one event from the first on, each at a position. */
const revisionsIn = (places: Readonly<Record<number, string>>) =>
  Object.entries(places).map(([position, place], revision) => revisionAt(Number(position), revision, place));

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
      .when(revisionAt(7, 1, 'Aghdam'), revisionAt(8, 2, 'Aghdam'))
      .thenReceive({ shusha: [7, 8] });
  });

  test('receives the very revision of which it is recorded as a recipient, whatever its filter is now', () => {
    given({ endpoints: { shusha: inShusha }, recipients: { shusha: 7 } })
      .when(revisionAt(7, 1, 'Lachin'), revisionAt(8, 2, 'Lachin'))
      .thenReceive({ shusha: [7, 8] });
  });

  test('receives nothing of what came before the first revision of which it is recorded as a recipient', () => {
    given({ endpoints: { shusha: inShusha }, recipients: { shusha: 8 } })
      .when(revisionAt(7, 1, 'Lachin'), revisionAt(8, 2, 'Lachin'))
      .thenReceive({ shusha: [8] });
  });

  test('receives nothing up to the position after which it is served, though its filter or its record says so', () => {
    given({
      endpoints: { lachin: { filter: inLachin, since: 4 }, recorded: { filter: inShusha, since: 4 } },
      recipients: { recorded: 1 },
    })
      .when(...revisionsIn({ 1: 'Lachin', 4: 'Lachin', 5: 'Lachin', 6: 'Aghdam' }))
      .thenReceive({ lachin: [5, 6], recorded: [5, 6] });
  });

  test('is no endpoint whose filter matched only a revision before it was served, and that is recorded as no recipient', () => {
    given({ endpoints: { lachin: { filter: inLachin, since: 1 } } })
      .when(...revisionsIn({ 1: 'Lachin', 4: 'Aghdam' }))
      .thenReceive({});
  });

  test('is no recipient of another endpoint', () => {
    given({ endpoints: { shusha: inShusha }, recipients: { lachin: 1 } })
      .when(revisionAt(7, 1, 'Lachin'))
      .thenReceive({});
  });

  test('of an event that cannot be read is unknown, unless every endpoint is recorded as a recipient', () => {
    const unreadable = {
      position: 7,
      revision: 1,
      newsroom: 'example',
      event: { type: 'development.reported' } as CloudEvent,
    };
    const served = [{ id: 'lachin', filter: inLachin, since: 0 }];
    expect(() => audienceOf([unreadable], served, [])).toThrow(TypeError);
    given({ endpoints: { lachin: inLachin }, recipients: { lachin: 1 } })
      .when(unreadable)
      .thenReceive({ lachin: [7] });
  });
});

describe('one endpoint', () => {
  const from3to6: Subscription = { filter: inLachin, from: 3, to: 6 };
  const nowhere: Subscription = { filter: everything, from: Number.POSITIVE_INFINITY };

  test.each<[string, Subscription, AudienceRevision, number | null, boolean | null]>([
    ['receives a revision that its filter matches', from3to6, revisionAt(3, 0, 'Lachin'), null, true],
    [
      'receives the last of the positions at which its filter decides',
      from3to6,
      revisionAt(6, 2, 'Lachin'),
      null,
      true,
    ],
    [
      'does not receive a first revision that its filter does not match',
      from3to6,
      revisionAt(3, 0, 'Shusha'),
      null,
      false,
    ],
    ['does not receive a first revision before those positions', from3to6, revisionAt(2, 0, 'Lachin'), null, false],
    ['does not receive a later revision before those positions', from3to6, revisionAt(2, 1, 'Lachin'), null, false],
    [
      'does not receive a correction at the first of them that does not match',
      from3to6,
      revisionAt(3, 1, 'Shusha'),
      null,
      false,
    ],
    ['does not receive a first revision after them', from3to6, revisionAt(7, 0, 'Lachin'), null, false],
    [
      'may receive a correction that does not match, by earlier revisions',
      from3to6,
      revisionAt(5, 1, 'Shusha'),
      null,
      null,
    ],
    ['may receive a correction after them, by earlier revisions', from3to6, revisionAt(9, 1, 'Lachin'), null, null],
    ['receives what follows a recorded revision', from3to6, revisionAt(9, 1, 'Shusha'), 8, true],
    ['receives the recorded revision itself', from3to6, revisionAt(9, 1, 'Shusha'), 9, true],
    ['receives the recorded revision itself, the first of the event', from3to6, revisionAt(1, 0, 'Shusha'), 1, true],
    [
      'may receive what comes before the recorded revision, by earlier revisions',
      from3to6,
      revisionAt(9, 1, 'Shusha'),
      10,
      null,
    ],
    [
      'does not receive, where its filter never decides, what is not recorded',
      nowhere,
      revisionAt(9, 1, 'Lachin'),
      10,
      false,
    ],
    ['receives, where its filter never decides, what is recorded', nowhere, revisionAt(9, 1, 'Lachin'), 9, true],
  ])('%s', (_, subscription, revision, firstPosition, expected) => {
    expect(receives(subscription, revision, firstPosition === null ? null : { firstPosition })).toBe(expected);
  });

  test('receives an event from the first revision on that its filter matches at a position at which it decides', () => {
    expect(firstReceived(from3to6, revisionsIn({ 1: 'Lachin', 3: 'Shusha', 5: 'Lachin', 6: 'Lachin' }))).toBe(5);
    expect(firstReceived(from3to6, revisionsIn({ 1: 'Lachin', 3: 'Shusha', 7: 'Lachin' }))).toBeNull();
  });
});

describe('a reader who filters the feed', () => {
  const shownTo = (filter: Filter, revision: AudienceRevision, ...earlier: AudienceRevision[]) =>
    isShown(filter, { ...revision, facets: [...earlier, revision].flatMap(({ event }) => facetKeysOf(event)) });

  const november: Filter = { range: parseRange({ date: '2020-11' }) };
  const inNovember = { when: { edtf: '2020-11-10' } };

  test('is shown a revision that the filter matches', () => {
    expect(shownTo(inLachin, revisionAt(1, 0, 'Lachin'))).toBe(true);
    expect(shownTo(november, revisionAt(1, 0, 'Lachin', inNovember))).toBe(true);
  });

  test('is not shown a first revision that the filter does not match', () => {
    expect(shownTo(inLachin, revisionAt(1, 0, 'Shusha'))).toBe(false);
    expect(shownTo(november, revisionAt(1, 0, 'Lachin'))).toBe(false);
  });

  test('is shown a correction of what the filter matched: by the facets of all revisions, if they tell', () => {
    const [first, second] = revisionsIn({ 1: 'Lachin', 5: 'Shusha' }) as [AudienceRevision, AudienceRevision];
    expect(shownTo(inLachin, second, first)).toBe(true);
    expect(shownTo({ places: ['aghdam'] }, second, first)).toBe(false);
  });

  test('is shown a correction of what the filter matched: by the earlier revisions, if only they tell', () => {
    const first = revisionAt(1, 0, 'Lachin', inNovember);
    const second = revisionAt(5, 1, 'Lachin');
    expect(shownTo(november, second, first)).toBeNull();
    expect(firstShown(november, [first])).toBe(1);
    expect(firstShown({ range: parseRange({ date: '2019' }) }, [first])).toBeNull();
  });
});
