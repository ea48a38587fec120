import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { LocalFunction } from '../../../local/functions/local-function.ts';
import { rateOf, startScheduleSource } from '../../../local/sources/schedule-source.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: Date.parse('2026-11-22T10:00:00Z') });
});
afterEach(() => {
  jest.useRealTimers();
});

function functionThat(invoke: LocalFunction['invoke']): LocalFunction {
  return {
    logicalId: 'F',
    name: 'f',
    arn: 'arn:f',
    mayLoop: false,
    invoke,
    isAtCapacity: () => false,
    warm: async () => {},
    stop: async () => {},
  };
}

describe('a schedule', () => {
  test.each([
    ['rate(5 minutes)', 300_000],
    ['rate(1 minute)', 60_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
  ])('of %s is every %d ms', (expression, expected) => {
    expect(rateOf(expression)).toBe(expected);
  });

  test.each(['cron(0 8 * * ? *)', 'rate(0 minutes)', 'rate(1 fortnight)'])('of %s is not supported', (expression) => {
    expect(() => rateOf(expression)).toThrow(
      `The local system supports schedules such as rate(5 minutes), not ${expression}. Add it in local/sources/schedule-source.ts.`,
    );
  });

  test('calls its function more often than it says, if it is told to', async () => {
    let calls = 0;
    const target = functionThat(async () => {
      calls++;
      return 'null';
    });
    const schedule = { arn: 'arn:rule', expression: 'rate(5 minutes)', input: undefined, speed: 30 };
    const source = startScheduleSource({ ...schedule, target, afterInvocation: () => {} });
    await jest.advanceTimersByTimeAsync(2_000);
    expect(calls).toBe(1);
    await jest.advanceTimersByTimeAsync(9_999);
    expect(calls).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(calls).toBe(2);
    await source.stop();
  });

  test('calls its function soon and then once in every interval, with the event of EventBridge, even after a failure', async () => {
    const events: object[] = [];
    const target = functionThat(async (payload) => {
      events.push(JSON.parse(payload));
      if (events.length === 1) throw new Error('not today');
      return 'null';
    });
    const afterInvocation = jest.fn();
    const schedule = { arn: 'arn:rule', expression: 'rate(5 minutes)', input: undefined };
    const source = startScheduleSource({ ...schedule, target, afterInvocation });
    await jest.advanceTimersByTimeAsync(1_999);
    expect(events).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(events).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(299_999);
    expect(events).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    const event = {
      version: '0',
      id: expect.any(String),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      region: 'us-east-1',
      resources: ['arn:rule'],
      detail: {},
    };
    expect(events).toEqual([
      { ...event, time: '2026-11-22T10:00:02Z' },
      { ...event, time: '2026-11-22T10:05:02Z' },
    ]);
    expect(afterInvocation).toHaveBeenCalledTimes(2);
    expect(await source.whenIdle()).toBe(2);
    await source.stop();
    await jest.advanceTimersByTimeAsync(600_000);
    expect(events).toHaveLength(2);
  });

  test('passes on the input that the stack gives it', async () => {
    const payloads: string[] = [];
    const target = functionThat(async (payload) => {
      payloads.push(payload);
      return 'null';
    });
    const schedule = { arn: 'arn:rule', expression: 'rate(1 minute)', input: '{"wake":true}' };
    const source = startScheduleSource({ ...schedule, target, afterInvocation: () => {} });
    await jest.advanceTimersByTimeAsync(60_000);
    await source.stop();
    expect(payloads).toEqual(['{"wake":true}']);
  });
});
