import fc from 'fast-check';
import { eventIdOf } from '../../../events/identity.ts';
import { requiredFields } from '../../events/samples.ts';
import type { Reply, World } from '../world/world.ts';

/** What a newsroom does next; `event` counts the events recorded so far, from any number on. */
export type Step =
  | { readonly does: 'record'; readonly data: readonly object[] }
  | { readonly does: 'correct'; readonly event: number; readonly data: object }
  | { readonly does: 'retract'; readonly event: number }
  /** `revisions` holds a bit for each revision before the latest; 0 takes down the whole event. */
  | { readonly does: 'redact'; readonly event: number; readonly revisions: number }
  | { readonly does: 'describe'; readonly story: string };

const stories = ['karabakh-2020', 'minsk-group', 'french-senate'];
const subjects = ['karabakh-2020', 'french-senate'];

const when = fc.record(
  {
    edtf: fc.constantFrom(
      ...[
        '2020-11-09',
        '2020-11-10',
        '2020-11-10T00:00:00+03:00',
        '2020-11-09/2020-11-10',
        '2020-11',
        '2020-XX',
        '2020',
      ],
      ...['199X', '1988/1994', '19XX', '2020-12/..', '../2020-11-10', '2020-11-10/', '/2020-11-10', '2020-11-09~'],
    ),
    tz: fc.constantFrom('Asia/Baku', 'America/New_York', 'Pacific/Kiritimati', 'UTC'),
  },
  { requiredKeys: ['edtf'], noNullPrototype: true },
);

const actors = fc.subarray([
  { name: 'Russia', iso3166: 'RU' },
  { name: 'Minsk Group' },
  { name: 'Turkey', qid: 'Q43' },
]);
const places = fc.subarray([{ name: 'Lachin', iso3166_2: 'AZ-LAC' }, { name: 'Shusha' }, { name: 'Aghdam' }]);

const optional = { when, actors, places, stories: fc.subarray(stories) };
const anyData = fc
  .record(optional, { requiredKeys: [], noNullPrototype: true })
  .map((data) => ({ ...requiredFields, ...data }));

const record: fc.Arbitrary<Step> = fc.record({
  does: fc.constant('record' as const),
  data: fc.array(anyData, { minLength: 1, maxLength: 6 }),
});
const correct: fc.Arbitrary<Step> = fc.record({
  does: fc.constant('correct' as const),
  event: fc.nat(),
  data: fc.record(optional, { requiredKeys: [], noNullPrototype: true }),
});
const retract: fc.Arbitrary<Step> = fc.record({ does: fc.constant('retract' as const), event: fc.nat() });
const describe: fc.Arbitrary<Step> = fc.record({
  does: fc.constant('describe' as const),
  story: fc.constantFrom(...stories),
});
const redact: fc.Arbitrary<Step> = fc.record({
  does: fc.constant('redact' as const),
  event: fc.nat(),
  revisions: fc.oneof(fc.constant(0), fc.nat(15)),
});
const steps = [
  { weight: 3, arbitrary: record },
  { weight: 5, arbitrary: correct },
  { weight: 2, arbitrary: retract },
  { weight: 1, arbitrary: describe },
];
const step = fc.oneof(...steps);
const stepOrRedaction = fc.oneof(...steps, { weight: 3, arbitrary: redact });

const beginningWithEvents = (following: fc.Arbitrary<Step>, maxLength: number, minLength: number) =>
  fc
    .tuple(record, fc.array(following, { minLength: minLength - 1, maxLength: maxLength - 1, size: 'max' }))
    .map(([first, others]) => [first, ...others]);

/** What a newsroom may do, step by step; it begins with some events. */
export const anyHistory = (maxLength: number, minLength = 1): fc.Arbitrary<Step[]> =>
  beginningWithEvents(step, maxLength, minLength);

/** The same, and it takes events down, or some of their revisions. */
export const anyHistoryWithRedactions = (maxLength: number, minLength = 1): fc.Arbitrary<Step[]> =>
  beginningWithEvents(stepOrRedaction, maxLength, minLength);

/** A newsroom that carries out steps by the API, and tries again until it has an answer. */
export interface Newsroom {
  /** The event ids of all that was acknowledged, and the last revision of each. */
  readonly acknowledged: ReadonlyMap<string, number>;
  /** The ids of the events of which something was taken down. */
  readonly redacted: ReadonlySet<string>;
  /** Returns the ids of the events concerned. */
  carryOut(step: Step): Promise<string[]>;
}

export function newsroomIn(world: World): Newsroom {
  const acknowledged = new Map<string, number>();
  const recorded: string[] = [];
  const retracted = new Set<string>();
  const redacted = new Set<string>();
  /** The ids of the events that were taken down as a whole. */
  const gone = new Set<string>();
  let told = 0;

  async function answered(...request: Parameters<World['call']>): Promise<Reply> {
    for (;;) {
      const reply = await world.call(...request);
      if (reply.status < 300) return reply;
      if (reply.status !== 503) throw new Error(`${request[1]} was answered ${reply.status}: ${reply.text}`);
    }
  }

  async function change(event: number, path: string, body: object): Promise<string[]> {
    const id = recorded[event % recorded.length];
    if (id === undefined || retracted.has(id) || gone.has(id)) return [];
    const expected = acknowledged.get(id);
    const { body: answer } = await answered('POST', `/v1/events/${id}/${path}`, {
      headers: { 'if-match': `"${expected}"` },
      body,
    });
    acknowledged.set(id, answer.revision);
    return [id];
  }

  /** Takes down an event, or those of its revisions that are named. The latest revision must be published. */
  async function redact(event: number, bits: number): Promise<string[]> {
    const id = recorded[event % recorded.length];
    const latest = acknowledged.get(id ?? '');
    if (id === undefined || latest === undefined || gone.has(id)) return [];
    const revisions = Array.from({ length: latest }, (_, index) => index).filter((index) => (bits >> index) & 1);
    if (bits > 0 && (revisions.length === 0 || retracted.has(id))) return [];
    const body = { reason: 'legal', note: 'By an order', ...(bits > 0 && { revisions }) };
    const { body: answer, headers } = await answered('POST', `/v1/events/${id}/redaction`, { body });
    redacted.add(id);
    if (bits === 0) gone.add(id);
    // What was taken down before stays as it is: nothing is added to the record.
    if (headers['idempotency-replayed'] === 'true') return [];
    acknowledged.set(id, answer.revision);
    return [id];
  }

  async function record(data: readonly object[]): Promise<string[]> {
    const events = data.map((one, index) => ({
      id: `event-${told}-${index}`,
      subject: subjects[index % 2],
      ...(index % 3 === 0
        ? { type: 'hostilities.reported', data: { ...one, headline: `Told ${told}`, parties: [{ name: 'Armenia' }] } }
        : { type: 'development.reported', data: { ...one, headline: `Told ${told}` } }),
    }));
    const { body } = await answered('POST', '/v1/events', { body: events });
    const ids = body.results.map(({ id }: { id: string }) => id);
    for (const id of ids) acknowledged.set(id, 0);
    recorded.push(...ids);
    return ids;
  }

  async function describe(story: string): Promise<string[]> {
    const id = eventIdOf('/stories', story);
    const expected = acknowledged.get(id);
    const headers = expected === undefined ? {} : { 'if-match': `"${expected}"` };
    const { body } = await answered('PUT', `/v1/stories/${story}`, { headers, body: { title: `Told ${told}` } });
    acknowledged.set(id, body.revision);
    return [id];
  }

  return {
    acknowledged,
    redacted,
    async carryOut(next) {
      told += 1;
      switch (next.does) {
        case 'record':
          return record(next.data);
        case 'correct':
          return change(next.event, 'corrections', {
            note: `Told ${told}`,
            data: { ...next.data, headline: `Told ${told}` },
          });
        case 'retract': {
          const ids = await change(next.event, 'retraction', { note: `Told ${told}` });
          for (const id of ids) retracted.add(id);
          return ids;
        }
        case 'redact':
          return redact(next.event, next.revisions);
        case 'describe':
          return describe(next.story);
      }
    },
  };
}
