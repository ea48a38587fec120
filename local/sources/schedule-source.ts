import { randomUUID } from 'node:crypto';
import type { LocalFunction } from '../functions/local-function.ts';
import { LocalSystemError } from '../local-system-error.ts';
import { accountId, region } from '../template/intrinsics.ts';
import type { EventSource } from './event-source.ts';

/**
 * In AWS a schedule goes on whether or not anybody works, and its next call may come at any moment of the interval. Here that moment
 * is soon: what a system that was killed has left to do is not left for a whole interval more.
 */
const firstCallMs = 2_000;
const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export interface Schedule {
  readonly arn: string;
  /** `rate(5 minutes)` */
  readonly expression: string;
  /** What the function gets, as JSON; the event of EventBridge if absent. */
  readonly input: string | undefined;
  readonly target: LocalFunction;
  readonly afterInvocation: () => void;
}

/**
 * Milliseconds between two calls.
 *
 * @throws LocalSystemError for anything but a rate
 */
export function rateOf(expression: string): number {
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const rateMs = Number(value) * (unitMs[unit ?? ''] ?? Number.NaN);
  if (!(rateMs > 0))
    throw new LocalSystemError(`The local system knows schedules like rate(5 minutes), not ${expression}.`);
  return rateMs;
}

function scheduledEvent(arn: string): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: accountId,
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region,
    resources: [arn],
    detail: {},
  };
}

/** Calls a function at a fixed rate, the first time soon. */
export function startScheduleSource({ arn, expression, input, target, afterInvocation }: Schedule): EventSource {
  let invocations = 0;
  let running: Promise<void> = Promise.resolve();

  async function call(): Promise<void> {
    invocations++;
    // A failure stands in the function's log; the next call comes anyway.
    await target.invoke(input ?? JSON.stringify(scheduledEvent(arn))).catch(() => {});
    afterInvocation();
  }

  const rateMs = rateOf(expression);
  let timer = setTimeout(next, Math.min(firstCallMs, rateMs));

  function next(): void {
    timer = setTimeout(next, rateMs);
    running = call();
  }

  return {
    wake() {},
    async whenIdle() {
      await running;
      return invocations;
    },
    async stop() {
      clearTimeout(timer);
      await running;
    },
  };
}
