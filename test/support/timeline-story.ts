import fc from 'fast-check';
import { developmentWith } from '../events/samples.ts';
import { extentOf, inOrder, type RangeQuery, stretchOf, verdictOn, type When } from './timeline-oracle.ts';

/** What the words of an event may be drawn from. A run makes the names of its actors, places and stories its own. */
const zones = ['UTC', 'Asia/Baku', 'America/New_York', 'Pacific/Kiritimati', 'Pacific/Niue', 'Asia/Kathmandu'] as const;
const names = ['a', 'b'] as const;
const statuses = ['planned', 'reported', 'confirmed', 'disputed'] as const;
const topics = ['medtop:20000056', 'medtop:20000641'] as const;
const types = ['development.reported', 'hostilities.reported'] as const;

const two = (number: number) => String(number).padStart(2, '0');
const isoDay = (index: number) => new Date(Date.UTC(2019, 11, 1 + index)).toISOString().slice(0, 10);

/** Fourteen months, and most of all the days around a new year and the end of a February. */
const days = fc
  .oneof(fc.integer({ min: 0, max: 420 }), fc.integer({ min: 25, max: 40 }), fc.integer({ min: 85, max: 95 }))
  .map(isoDay);

const units = fc.tuple(days, fc.constantFrom(10, 10, 10, 7, 4)).map(([day, length]) => day.slice(0, length));
const instants = fc
  .tuple(
    days,
    fc.integer({ min: 0, max: 23 }),
    fc.constantFrom('00', '30', '59'),
    fc.constantFrom('Z', '+03:00', '-05:00', '+14:00', '-12:00'),
  )
  .map(([day, hour, minute, offset]) => `${day}T${two(hour)}:${minute}:00${offset}`);

const vague = fc.oneof(
  days.map((day) => `${day.slice(0, 7)}-XX`),
  fc.constantFrom('2020-XX', '2020-XX-XX', '202X', '201X', '20XX'),
);
const moments = fc.oneof(
  { weight: 5, arbitrary: units },
  { weight: 2, arbitrary: instants },
  { weight: 1, arbitrary: vague },
);
const qualified = fc.tuple(moments, fc.constantFrom('', '', '', '~', '?')).map((parts) => parts.join(''));
const older = fc.constantFrom('1988-02', '1993', '199X', '2015-06-01', '2019-06');
const intervals = fc.oneof(
  fc.tuple(fc.oneof(moments, older), moments),
  fc.tuple(fc.oneof(moments, older), fc.constantFrom('', '..')),
  fc.tuple(fc.constantFrom('', '..'), moments),
);

const isSound = (when: When) => {
  const {
    instants: [first, last],
    days: [from, to],
  } = extentOf(when);
  return (first === null || last === null || first <= last) && (from === null || to === null || from <= to);
};

const whens: fc.Arbitrary<When> = fc
  .record(
    {
      edtf: fc.oneof(
        { weight: 3, arbitrary: qualified },
        { weight: 2, arbitrary: intervals.map((sides) => sides.join('/')) },
      ),
      tz: fc.constantFrom(...zones),
      kind: fc.constantFrom('point' as const, 'span' as const),
    },
    { requiredKeys: ['edtf'], noNullPrototype: true },
  )
  .filter(isSound);

/** What an event says, as far as a timeline is asked for it. */
export interface Told {
  readonly when: When;
  readonly status: (typeof statuses)[number];
  readonly actors: readonly string[];
  readonly places: readonly string[];
  readonly topics: readonly string[];
  readonly stories: readonly string[];
}

const fields = {
  when: whens,
  status: fc.constantFrom(...statuses),
  actors: fc.subarray([...names]),
  places: fc.subarray([...names]),
  topics: fc.subarray([...topics]),
  stories: fc.subarray(['side']),
};

const told: fc.Arbitrary<Told> = fc.record(fields, { noNullPrototype: true });

/** A step of the newsroom; `event` counts the events, from any number on. */
export type Change =
  | { readonly does: 'add'; readonly type: string; readonly told: Told }
  | { readonly does: 'correct'; readonly event: number; readonly told: Partial<Told> }
  | { readonly does: 'retract'; readonly event: number };

export const additions: fc.Arbitrary<Change & { does: 'add' }> = fc.record({
  does: fc.constant('add' as const),
  type: fc.constantFrom(...types),
  told,
});

export const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 1, arbitrary: additions },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('correct' as const),
      event: fc.nat(),
      told: fc.record(fields, { requiredKeys: [], noNullPrototype: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('retract' as const), event: fc.nat() }) },
);

const pairOf = (bounds: fc.Arbitrary<string>) =>
  fc.tuple(bounds, bounds).map(([one, other]): RangeQuery => {
    const first = (text: string) => (text.includes('T') ? Date.parse(text) : (stretchOf(text).instants[0] as number));
    const [from, to] = first(one) <= first(other) ? [one, other] : [other, one];
    return { from, to };
  });

const sidesOf = (bounds: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 3, arbitrary: pairOf(bounds) },
    { weight: 1, arbitrary: bounds.map((from): RangeQuery => ({ from })) },
    { weight: 1, arbitrary: bounds.map((to): RangeQuery => ({ to })) },
  );

const isEmpty = ({ from, to }: RangeQuery) =>
  from?.includes('T') === true && to !== undefined && Date.parse(from) === Date.parse(to);

const ranges: fc.Arbitrary<RangeQuery> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: sidesOf(units) },
  {
    weight: 2,
    arbitrary: fc.tuple(sidesOf(units), fc.constantFrom(...zones)).map(([sides, tz]) => ({ ...sides, tz })),
  },
  { weight: 2, arbitrary: sidesOf(instants).filter((range) => !isEmpty(range)) },
);

/** What a reader asks for. Without a story, it is for what only this run can have. */
export interface Asked {
  readonly range: RangeQuery;
  readonly filters: { readonly [name in keyof typeof filters]?: string };
  readonly descending: boolean;
  readonly limit: number;
}

const filters = {
  story: fc.constantFrom('main', 'main', 'side'),
  actor: fc.constantFrom(...names),
  place: fc.constantFrom(...names),
  topic: fc.constantFrom(...topics),
  status: fc.constantFrom(...statuses),
  type: fc.constantFrom(...types),
};
const filterNames = Object.keys(filters) as (keyof typeof filters)[];
const anyOrder = fc.shuffledSubarray(filterNames, { minLength: filterNames.length });

export const questions: fc.Arbitrary<Asked> = fc
  .record({
    range: fc
      .tuple(ranges, fc.constantFrom({}, {}, { match: 'within' as const }, { match: 'starts' as const }))
      .map(([range, match]) => ({ ...range, ...match })),
    filters: fc
      .tuple(fc.record(filters, { noNullPrototype: true }), anyOrder, fc.constantFrom(0, 0, 1, 1, 2, 3))
      .map(([all, order, count]) => Object.fromEntries(order.slice(0, count).map((name) => [name, all[name]]))),
    descending: fc.boolean(),
    limit: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom(50, 500)),
  })
  .map((asked) => {
    const { story, actor, place } = asked.filters;
    return (story ?? actor ?? place) ? asked : { ...asked, filters: { ...asked.filters, story: 'main' } };
  });

/** An event as the newsroom knows it. */
export interface Known {
  readonly id: string;
  readonly revision: number;
  readonly type: string;
  readonly told: Told;
  readonly retracted: boolean;
}

/** The data of an event, with names that only this run has. Its headline tells the revision. */
export function dataOf(told: Told, run: string, revision: number): object {
  const mine = (name: string) => ({ name: `${run} ${name}` });
  const { actors, places, stories, ...rest } = told;
  return {
    ...developmentWith().data,
    ...rest,
    headline: `Revision ${revision}`,
    actors: actors.map(mine),
    places: places.map(mine),
    stories: stories.map((story) => `${run}-${story}`),
  };
}

/** The query as it is sent. */
export function queryOf({ range, filters, descending, limit }: Asked, run: string): string {
  const own = (name: string, value: string) => (['story', 'actor', 'place'].includes(name) ? `${run}-${value}` : value);
  const named = Object.entries(filters).map(([name, value]): [string, string] => [name, own(name, value)]);
  const order: [string, string][] = descending ? [['order', 'desc']] : [];
  return String(new URLSearchParams([...Object.entries(range), ...named, ...order, ['limit', String(limit)]]));
}

/** What must be answered, all of it: by looking at every event. */
export function answerTo({ range, filters, descending }: Asked, events: readonly Known[]): object[] {
  const { story, actor, place, topic, status, type } = filters;
  const holds = (values: readonly string[], value: string | undefined) => value === undefined || values.includes(value);
  const found = events
    .filter(({ retracted }) => !retracted)
    .filter(
      ({ told, type: of }) =>
        holds(['main', ...told.stories], story) &&
        holds(told.actors, actor) &&
        holds(told.places, place) &&
        holds(told.topics, topic) &&
        holds([told.status], status) &&
        holds([of], type),
    )
    .map(({ id, revision, told: { when } }) => ({ id, revision, when, certainty: verdictOn(when, range) }))
    .filter(({ certainty }) => certainty !== null)
    .sort(inOrder);
  const shown = found.map(({ id, revision, when: { edtf }, certainty }) => ({
    id,
    revision,
    edtf,
    certainty,
    headline: `Revision ${revision}`,
  }));
  return descending ? shown.reverse() : shown;
}
