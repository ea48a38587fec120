import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindTable, type TableAction } from '../bindings/bind.ts';
import { bindQuota } from '../bindings/bind-quota.ts';
import { lambdaFunction } from '../functions/lambda-function.ts';
import type { Access } from '../tables/access.ts';
import type { EventLog } from '../tables/event-log.ts';
import type { HeldEvents } from '../tables/held-events.ts';
import type { Timelines } from '../tables/timelines.ts';

const invokeEvery = Duration.minutes(1);

/** What a change of a held event takes: it is read, and written with its entries in one transaction. */
export const changingHeld: readonly TableAction[] = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'];

export interface EmbargoOptions {
  readonly bundles: string;
  readonly eventLog: EventLog;
  readonly timelines: Timelines;
  readonly access: Access;
  readonly heldEvents: HeldEvents;
}

/** newsroom ─▶ HeldEvents ─every minute▶ publish-held-events ─▶ EventLog revisions */
export class Embargo extends Construct {
  readonly publish: LambdaFunction;
  /** Those of routes, by the names of their files. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;

  constructor(scope: Construct, id: string, { bundles, eventLog, timelines, access, heldEvents }: EmbargoOptions) {
    super(scope, id);
    const read = lambdaFunction(this, 'read-held-events', {
      bundles,
      description: 'Returns the events that a newsroom holds',
      // A newsroom may hold 4 MiB of them.
      memoryMb: 1024,
    });
    bindTable(read, heldEvents, ['GetItem', 'BatchGetItem', 'Query']);

    const replace = lambdaFunction(this, 'replace-held-event', {
      bundles,
      description: 'Replaces a held event',
      reservedConcurrency: 10,
    });
    // A dry run compares the event with its story.
    bindTable(replace, timelines, ['GetItem', 'BatchGetItem', 'Query']);

    const retract = lambdaFunction(this, 'retract-held-event', {
      bundles,
      description: 'Takes a held event back',
      reservedConcurrency: 10,
    });

    const release = lambdaFunction(this, 'release-held-event', {
      bundles,
      description: 'Publishes a held event at once',
      reservedConcurrency: 10,
    });
    bindTable(release, eventLog, ['Query', 'PutItem']);
    bindTable(release, timelines, ['BatchGetItem']);
    for (const handler of [replace, retract, release]) {
      bindTable(handler, heldEvents, changingHeld);
      bindQuota(handler, access);
    }
    this.functions = {
      'read-held-events': read,
      'replace-held-event': replace,
      'retract-held-event': retract,
      'release-held-event': release,
    };

    this.publish = lambdaFunction(this, 'publish-held-events', {
      bundles,
      description: 'Publishes held events at their time',
      timeout: Duration.seconds(60),
      // It waits for round trips, and mostly for nothing.
      memoryMb: 256,
      // One at a time, so that the events of a newsroom are published in their order.
      reservedConcurrency: 1,
    });
    const { publish } = this;
    bindTable(publish, heldEvents, ['Query', ...changingHeld]);
    bindTable(publish, eventLog, ['Query', 'PutItem']);
    bindTable(publish, timelines, ['BatchGetItem']);
    const rule = new Rule(this, 'Wake', {
      description: 'Invokes the function publish-held-events every minute',
      schedule: Schedule.rate(invokeEvery),
      targets: [new LambdaTarget(publish, { retryAttempts: 0, maxEventAge: invokeEvery })],
    });
    Validations.of(rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'If an invocation cannot be delivered, the next one follows in a minute.',
    });
  }
}
