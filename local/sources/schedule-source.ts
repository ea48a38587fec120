import { randomUUID } from 'node:crypto';
import type { LocalFunction } from '../functions/local-function.ts';
import { LocalSystemError } from '../local-system-error.ts';
import { accountId, region } from '../template/intrinsics.ts';
import type { EventSource } from './event-source.ts';

/**
 * On AWS the first call of a schedule may come at any time within its interval. Here it comes soon, so that work that a
 * killed system left unfinished does not wait for a whole interval.
 */
const firstCallMs = 2_000;
const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const usualSpeed = 1;

export interface Schedule {
  readonly arn: string;
  /** `rate(5 minutes)` */
  readonly expression: string;
  /** The event for the function, as JSON. Default: that of EventBridge. */
  readonly input: string | undefined;
  readonly target: LocalFunction;
  readonly afterInvocation: () => void;
  /** How many times as often as it says. Default 1. */
  readonly speed?: number;
}

/**
 * Milliseconds between two calls.
 *
 * @throws {LocalSystemError} for anything but a rate
 */
export function rateOf(expression: string): number {
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const rateMs = Number(value) * (unitMs[unit ?? ''] ?? Number.NaN);
  if (!(rateMs > 0))
    throw new LocalSystemError(
      `The local system supports schedules such as rate(5 minutes), not ${expression}. Add it in local/sources/schedule-source.ts.`,
    );
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

/** Invokes a function at a fixed rate. The first invocation comes soon. */
export function startScheduleSource(schedule: Schedule): EventSource {
  const { arn, expression, input, target, afterInvocation, speed = usualSpeed } = schedule;
  let invocations = 0;
  let running: Promise<void> = Promise.resolve();

  async function call(): Promise<void> {
    invocations++;
    // The reason is in the log of the function. The next call comes in any case.
    await target.invoke(input ?? JSON.stringify(scheduledEvent(arn))).catch(() => {});
    afterInvocation();
  }

  const rateMs = rateOf(expression) / speed;
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
