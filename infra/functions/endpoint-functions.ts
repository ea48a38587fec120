import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { routes } from '../../functions/routes.ts';
import { bindTable, type TableAction } from '../bindings/bind.ts';
import { bindQuota } from '../bindings/bind-quota.ts';
import { bindSubscribers, type SubscribersAction } from '../bindings/bind-subscribers.ts';
import type { WakeQueues } from '../queues/wake-queues.ts';
import type { Access } from '../tables/access.ts';
import type { EventLog } from '../tables/event-log.ts';
import type { Subscribers } from '../tables/subscribers.ts';
import { lambdaFunction } from './lambda-function.ts';

interface Manager {
  readonly description: string;
  readonly subscribers: readonly SubscribersAction[];
  /**
   * Whether it uses the secrets that sign messages: `create-endpoint` writes them, `rotate-secret` replaces and
   * `delete-endpoint` removes them.
   */
  readonly secrets?: true;
  readonly eventLog?: readonly TableAction[];
  /** Whether it may wake workers. */
  readonly wakes?: true;
}

/** The actions to read an endpoint, change its state, make it due and put it among the active endpoints. */
const changing: readonly SubscribersAction[] = ['GetItem', 'Query', 'PutItem', 'UpdateItem'];

/** The functions whose requests count against a quota. */
const counting = new Set(routes.flatMap((route) => (route.quota ? route.function : [])));

const managers: Readonly<Record<string, Manager>> = {
  'create-endpoint': {
    description: 'Registers a webhook endpoint',
    subscribers: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    secrets: true,
    eventLog: ['Query'],
    wakes: true,
  },
  'read-endpoints': {
    description: 'Returns webhook endpoints',
    subscribers: ['GetItem', 'BatchGetItem', 'Query'],
  },
  'change-endpoint': {
    description: 'Changes a webhook endpoint',
    subscribers: [...changing, 'DeleteItem'],
    wakes: true,
  },
  'delete-endpoint': {
    description: 'Deletes a webhook endpoint',
    subscribers: ['GetItem', 'Query', 'UpdateItem', 'DeleteItem'],
    secrets: true,
  },
  'verify-endpoint': {
    description: 'Verifies a webhook endpoint again',
    subscribers: changing,
    wakes: true,
  },
  'ping-endpoint': { description: 'Sends a test message to a webhook endpoint', subscribers: changing, wakes: true },
  'enable-endpoint': {
    description: 'Enables a webhook endpoint',
    subscribers: changing,
    eventLog: ['Query'],
    wakes: true,
  },
  'disable-endpoint': {
    description: 'Disables a webhook endpoint',
    subscribers: ['GetItem', 'Query', 'UpdateItem', 'DeleteItem'],
    wakes: true,
  },
  'rotate-secret': {
    description: 'Replaces the secret of a webhook endpoint',
    subscribers: ['GetItem', 'UpdateItem'],
    secrets: true,
  },
  'read-deliveries': { description: 'Returns deliveries of a webhook endpoint', subscribers: ['GetItem', 'Query'] },
  redeliver: { description: 'Sends a message again', subscribers: changing, wakes: true },
  'replay-deliveries': {
    description: 'Sends a part of the feed again',
    subscribers: changing,
    eventLog: ['Query'],
    wakes: true,
  },
  'read-messages': {
    description: 'Returns the messages of a webhook endpoint',
    subscribers: ['GetItem', 'Query'],
    eventLog: ['Query', 'BatchGetItem'],
  },
  'read-receipts': {
    description: 'Returns which endpoints acknowledged an event',
    subscribers: ['GetItem', 'Query'],
    eventLog: ['Query', 'BatchGetItem'],
  },
};

export interface EndpointFunctionsOptions {
  readonly bundles: string;
  readonly eventLog: EventLog;
  readonly subscribers: Subscribers;
  readonly wakes: WakeQueues;
  readonly access: Access;
}

/** newsroom ─▶ webhook endpoints ─▶ Subscribers, wakes */
export class EndpointFunctions extends Construct {
  /** The functions by the names of their files. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;

  constructor(
    scope: Construct,
    id: string,
    { bundles, eventLog, subscribers, wakes, access }: EndpointFunctionsOptions,
  ) {
    super(scope, id);
    const functions: Record<string, LambdaFunction> = {};
    for (const [name, manager] of Object.entries(managers)) {
      const handler = lambdaFunction(this, name, { bundles, description: manager.description });
      bindSubscribers(handler, subscribers, manager.subscribers, { secrets: manager.secrets ?? false });
      if (manager.eventLog) bindTable(handler, eventLog, manager.eventLog);
      if (counting.has(name)) bindQuota(handler, access);
      if (manager.wakes) wakes.bindTo(handler);
      functions[name] = handler;
    }
    this.functions = functions;
  }
}
