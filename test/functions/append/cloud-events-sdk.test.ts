import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CloudEvent, HTTP, type Message } from 'cloudevents';
import { eventIdOf } from '../../../events/identity.ts';
import { requiredFields } from '../../events/samples.ts';
import { refused } from '../../support/expectations/problem.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const source = '/newsrooms/example';
const batchType = 'application/cloudevents-batch+json; charset=utf-8';
const data = { ...requiredFields, headline: 'Шуша, “Şuşa” – 舒沙 🕊', places: [{ name: 'Shusha' }] };

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const made = (attributes: object = {}) =>
  new CloudEvent({ type: 'development.reported', source, subject: 'karabakh-2020', data, ...attributes });

const post = ({ headers, body }: Pick<Message, 'headers' | 'body'>) =>
  world.post(body, { headers: headers as Record<string, string> });

/** The event as it came: all attributes that the SDK gave it. */
const attributesOf = (event: object) => JSON.parse(String(event));

describe('the cloudevents SDK', () => {
  test.each([
    ['structured', HTTP.structured, {}],
    ['binary', HTTP.binary, { datacontenttype: 'application/json; charset=utf-8' }],
  ])('posts an event in %s mode', async (_, encode, told) => {
    const event = made();
    const reply = await post(encode(event));
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      id: eventIdOf(source, event.id),
      revision: 0,
      recordedAt: expect.any(String),
      event: { ...attributesOf(event), ...told, data },
    });
    const { body } = await world.get(`/v1/events/${reply.body.id}`);
    const { when: _when, ...rest } = data;
    expect(body).toMatchObject({ type: 'development.reported', story: 'karabakh-2020', data: rest });
  });

  test('posts a batch', async () => {
    const events = [made(), made({ time: '2020-12-01T10:00:00Z' }), made({ datacontenttype: 'application/json' })];
    const reply = await post({ headers: { 'content-type': batchType }, body: JSON.stringify(events) });
    const ids = events.map(({ id }) => eventIdOf(source, id));
    expect(reply).toMatchObject({
      status: 200,
      body: { results: ids.map((id) => ({ id, revision: 0, outcome: 'created' })) },
    });
  });

  test('posts one event several times in any mode, and it is recorded once', async () => {
    const event = made();
    const replies = [
      await post(HTTP.structured(event)),
      await post(HTTP.binary(event)),
      await post({ headers: { 'content-type': batchType }, body: JSON.stringify([event]) }),
      await post({ headers: { 'content-type': 'application/json' }, body: event.toString() }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([201, 200, 200, 200]);
    expect(replies[2]?.body.results).toMatchObject([{ outcome: 'replayed' }]);
    expect(replies[3]?.headers['idempotency-replayed']).toBe('true');
  });

  test('gets the header or the place in its data of each error, in binary mode', async () => {
    const faulty = made({ subject: 'Karabakh 2020', data: { ...data, when: { edtf: '2021-02-29' } } });
    const reply = await post(HTTP.binary(faulty));
    expect(reply).toMatchObject({
      status: 400,
      body: refused({ header: 'ce-subject' }, { pointer: '/when/edtf' }),
    });
  });

  test.each([
    ['structured', HTTP.structured],
    ['binary', HTTP.binary],
  ])('cannot send an extension, which would be lost, in %s mode', async (_, encode) => {
    const reply = await post(encode(made({ mood: 'sombre' })));
    expect(reply.status).toBe(400);
  });
});
