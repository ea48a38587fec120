import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allSharedFields, developmentWith, ownFields } from '../../events/samples.ts';
import { itemsIn } from '../../support/world/items.ts';
import { type Reply, startWorld, type World } from '../../support/world/world.ts';

const refusals = [400, 403, 404, 409, 412, 413, 415, 428];
const plain = 'application/json';
const mediaTypes = [
  ...[plain, plain, plain, plain, plain, 'application/json; charset=utf-8', 'application/cloudevents+json'],
  ...['application/cloudevents-batch+json', 'text/plain', 'application/json;charset="', ''],
];

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

let world: World;
let event: string;
let posts = 0;

beforeAll(async () => {
  world = await startWorld();
  event = (await world.post(developmentWith())).body.id;
});

afterAll(() => world.stop());

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', ' ', '\u0000', '\ud800', '__proto__', 'constructor', '2020-02-30', '1e999', '\u202e', '/', '..'),
);
const values: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<Json>,
  texts,
  fc.constantFrom<Json>(null, true, 0, -1, 1e308, 5e-324, 2 ** 53, {}, [], [[]], { __proto__: null }),
);

const whole: fc.Arbitrary<Json> = fc.constantFrom(...Object.keys(ownFields)).map((type) => {
  const data = { ...allSharedFields, ...ownFields[type] };
  return { type, subject: 'karabakh-2020', data: { ...data, actors: [], places: [] } } as unknown as Json;
});

/** The value with one of its parts, found by going down by these numbers, replaced, taken out or joined by another. */
function altered(value: Json, path: readonly number[], name: string | null, by: Json | undefined): Json {
  const [step, ...rest] = path;
  if (typeof value !== 'object' || value === null || step === undefined) return by ?? null;
  const names = Object.keys(value);
  const at = names.length > 0 ? (names[step % names.length] as string) : '';
  const inside = (value as Record<string, Json>)[at];
  const isLast = rest.length === 0 || typeof inside !== 'object' || inside === null;
  const entries = Object.entries(value).filter(([other]) => !isLast || by !== undefined || other !== at);
  const renewed = entries.map(([other, old]): [string, Json] => {
    if (other !== at || (isLast && name !== null)) return [other, old];
    return [other, isLast ? (by as Json) : altered(old, rest, name, by)];
  });
  if (Array.isArray(value)) return renewed.map(([, item]) => item);
  return Object.fromEntries([...renewed, ...(isLast && name !== null ? [[name, by ?? null] as [string, Json]] : [])]);
}

const slips = fc.tuple(
  fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 5 }),
  fc.option(texts),
  fc.option(values, { nil: undefined }),
);
const almostEvents = fc
  .tuple(whole, fc.array(slips, { maxLength: 2 }))
  .map(([one, all]) => all.reduce((value, [path, name, by]) => altered(value, path, name, by), one));

/** Sound but for the words in it. */
const saying = fc.tuple(whole, texts, texts, values).map(([one, headline, summary, role]) => {
  const { data, ...attributes } = one as { data: { [name: string]: Json } };
  const actors = typeof role === 'string' ? [{ name: `a${headline}`, role }] : [];
  return { ...attributes, data: { ...data, headline: `a${headline}`, summary, actors } } as Json;
});

const almostText = fc
  .tuple(
    fc.oneof(almostEvents, values),
    fc.nat(),
    fc.constantFrom('', '', '', '"', '{', ',', '\\', '\u0000', '\\ud83d', 'e9'),
  )
  .map(([value, at, put]) => {
    const text = JSON.stringify(value);
    return Buffer.from(put === '' ? text : text.slice(0, at % text.length) + put + text.slice(at % text.length));
  });

const bodies: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 3, arbitrary: almostEvents.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 3, arbitrary: saying.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 2, arbitrary: fc.array(almostEvents, { maxLength: 3 }).map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 2, arbitrary: almostText },
  { weight: 1, arbitrary: values.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);

const headerTexts = fc.oneof(
  fc.string({ unit: 'binary-ascii' }),
  fc.constantFrom('"0"', 'W/"0"', '*', '1.0', '%ff', '"a'),
);
const headers = fc
  .record(
    {
      'content-type': fc.constantFrom(...mediaTypes),
      'idempotency-key': headerTexts,
      'ce-type': headerTexts,
      'ce-subject': headerTexts,
      'if-match': headerTexts,
    },
    { requiredKeys: ['content-type'], noNullPrototype: true },
  )
  .map((all) => {
    const isPlain = posts++ % 3 !== 0;
    return isPlain ? { 'content-type': all['content-type'] } : all;
  });

/**
 * That something was refused with the reason and nothing was written; or else what was written can be read as it was
 * sent.
 */
async function assertAnswered(reply: Reply, written: number): Promise<void> {
  if (reply.status >= 300) {
    expect(refusals).toContain(reply.status);
    expect(reply.body).toEqual(expect.objectContaining({ status: reply.status, detail: expect.stringMatching(/./) }));
    expect(written).toBe(0);
    return;
  }
  const ids: string[] = (reply.body.results ?? [reply.body]).flatMap(({ id }: { id?: string }) => id ?? []);
  await world.settle(...ids);
  for (const id of ids) expect((await world.get(`/v1/events/${id}`)).status).toBe(200);
}

async function assertSafe(method: string, path: string, body: Buffer, sent: Record<string, string>): Promise<Reply> {
  const before = await itemsIn('EventLog');
  const reply = await world.call(method, path, { body, headers: sent });
  await assertAnswered(reply, (await itemsIn('EventLog')) - before);
  return reply;
}

describe('whatever is sent', () => {
  test('as an event is recorded and shown as it is, or refused with the reason', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, headers, async (body, sent) => {
        const reply = await assertSafe('POST', '/v1/events', body, sent);
        if (reply.status !== 201 || Object.keys(sent).some((name) => name.startsWith('ce-'))) return;
        const { data } = JSON.parse(body.toString());
        const { when: _when, ...rest } = data;
        expect(reply.body.event.data).toEqual(data);
        expect((await world.get(`/v1/events/${reply.body.id}`)).body.data).toEqual(rest);
      }),
      { numRuns: 150 },
    );
  });

  test('as a change is recorded and shown, or refused with the reason', async () => {
    const patches = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.dictionary(
          fc.constantFrom('when', 'headline', 'status', 'actors', 'topics', '__proto__'),
          values,
        ),
      },
      { weight: 1, arbitrary: values },
    );
    const changes = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ note: fc.constant('n'), data: patches }).map((value) => JSON.stringify(value)),
      },
      { weight: 1, arbitrary: values.map((value) => JSON.stringify(value)) },
    );
    await fc.assert(
      fc.asyncProperty(changes, headers, async (text, sent) => {
        const ifMatch = (await world.get(`/v1/events/${event}`)).headers.etag as string;
        const all = { 'if-match': ifMatch, ...sent };
        await assertSafe('POST', `/v1/events/${event}/corrections`, Buffer.from(text), all);
      }),
      { numRuns: 80 },
    );
  });

  test('as a description is recorded, or refused with the reason', async () => {
    const described = fc.record(
      { title: texts, description: texts, timezone: texts, language: texts },
      { requiredKeys: ['title'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(described, values), fc.oneof(texts, fc.constant('told')), async (value, story) => {
        const path = `/v1/stories/${story.isWellFormed() ? encodeURIComponent(story) || 'a' : 'a'}`;
        const reply = await world.call('PUT', path, { body: Buffer.from(JSON.stringify(value)) });
        expect([200, 201, ...refusals]).toContain(reply.status);
      }),
      { numRuns: 80 },
    );
  });
});
