import { afterEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { signedHeaders } from '../../../functions/lib/deliver/sign.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const earlier = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

afterEach(() => {
  delete process.env.OWN_HOSTS;
});

describe('a signature', () => {
  test('is that of the test vector of Standard Webhooks', () => {
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' };
    expect(signedHeaders(message, [secret], 1_614_265_330_000)).toEqual({
      'content-type': 'application/cloudevents+json',
      'user-agent': 'Timeline-Webhooks/1.0',
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  test('is made with each secret, and verified with any one of them', () => {
    const message = { id: 'evt_a_0', body: '{"headline":"Şuşa 🕊"}' };
    const headers = signedHeaders(message, [secret, earlier], Date.now());
    expect(headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/);
    for (const one of [secret, earlier]) {
      expect(new Webhook(one).verify(message.body, headers)).toEqual({ headline: 'Şuşa 🕊' });
    }
    expect(() => new Webhook(secret.replace('M', 'N')).verify(message.body, headers)).toThrow('No matching signature');
    expect(() => new Webhook(secret).verify('{}', headers)).toThrow('No matching signature');
    expect(() => new Webhook(secret).verify(message.body, { ...headers, 'webhook-id': 'evt_a_1' })).toThrow();
  });
});

test('the User-Agent says where to read about the sender', () => {
  process.env.OWN_HOSTS = 'd1.cloudfront.net,abc.execute-api.eu-west-1.amazonaws.com';
  expect(signedHeaders({ id: 'a', body: '' }, [secret], 0)['user-agent']).toBe(
    'Timeline-Webhooks/1.0 (+https://d1.cloudfront.net/docs)',
  );
});
