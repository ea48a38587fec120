import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindSubscribers, type SubscribersAction } from '../bindings/bind-subscribers.ts';
import { bindTable, type TableAction } from '../bindings/bind-table.ts';
import type { WakeQueues } from '../queues/wake-queues.ts';
import type { EventLog } from '../tables/event-log.ts';
import type { Subscribers } from '../tables/subscribers.ts';
import { lambdaFunction } from './lambda-function.ts';

interface Manager {
  readonly description: string;
  readonly subscribers: readonly SubscribersAction[];
  /** Whether it has to do with the secrets that sign messages: `create-endpoint` writes, `rotate-secret` replaces, `delete-endpoint` removes them. */
  readonly secrets?: true;
  readonly eventLog?: readonly TableAction[];
  /** Whether it wakes workers. */
  readonly wakes?: true;
}

/** Reads an endpoint of the caller, changes its state and makes it due; or, too, puts it into the registry. */
const changing: readonly SubscribersAction[] = ['GetItem', 'Query', 'PutItem', 'UpdateItem'];

const managers: Readonly<Record<string, Manager>> = {
  'create-endpoint': {
    description: 'Registers a webhook endpoint',
    subscribers: ['Query', 'PutItem', 'UpdateItem'],
    secrets: true,
    eventLog: ['Query'],
    wakes: true,
  },
  'list-endpoints': { description: 'Lists webhook endpoints', subscribers: ['BatchGetItem', 'Query'] },
  'read-endpoint': { description: 'Answers a webhook endpoint', subscribers: ['GetItem', 'Query'] },
  'change-endpoint': {
    description: 'Changes a webhook endpoint',
    subscribers: [...changing, 'DeleteItem'],
    wakes: true,
  },
  'delete-endpoint': {
    description: 'Removes a webhook endpoint',
    subscribers: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    secrets: true,
  },
  'verify-endpoint': {
    description: 'Asks an endpoint again whether it wants messages',
    subscribers: changing,
    wakes: true,
  },
  'ping-endpoint': { description: 'Sends an endpoint a message to try it out', subscribers: changing, wakes: true },
  'enable-endpoint': {
    description: 'Sends to an endpoint again',
    subscribers: changing,
    eventLog: ['Query'],
    wakes: true,
  },
  'disable-endpoint': {
    description: 'Sends nothing more to an endpoint',
    subscribers: ['GetItem', 'Query', 'UpdateItem', 'DeleteItem'],
    wakes: true,
  },
  'rotate-secret': {
    description: 'Replaces the secret of an endpoint',
    subscribers: ['GetItem', 'UpdateItem'],
    secrets: true,
  },
  'list-deliveries': { description: 'Lists deliveries to an endpoint', subscribers: ['GetItem', 'Query'] },
  'read-delivery': { description: 'Answers a delivery and its attempts', subscribers: ['GetItem', 'Query'] },
  redeliver: { description: 'Sends a message again', subscribers: changing, wakes: true },
  'replay-deliveries': {
    description: 'Sends a stretch of the feed again',
    subscribers: changing,
    eventLog: ['Query'],
    wakes: true,
  },
  'read-messages': {
    description: 'Answers the messages of an endpoint',
    subscribers: ['GetItem', 'Query'],
    eventLog: ['Query'],
  },
  'read-receipts': {
    description: 'Tells who acknowledged an event',
    subscribers: ['GetItem', 'Query'],
    eventLog: ['Query'],
  },
};

export interface EndpointFunctionsOptions {
  readonly bundles: string;
  readonly eventLog: EventLog;
  readonly subscribers: Subscribers;
  readonly wakes: WakeQueues;
}

/** subscriber's newsroom ─▶ endpoints ─▶ Subscribers, wakes */
export class EndpointFunctions extends Construct {
  /** By the name of their file. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;

  constructor(scope: Construct, id: string, { bundles, eventLog, subscribers, wakes }: EndpointFunctionsOptions) {
    super(scope, id);
    const functions: Record<string, LambdaFunction> = {};
    for (const [name, manager] of Object.entries(managers)) {
      const handler = lambdaFunction(this, name, { bundles, description: manager.description });
      bindSubscribers(handler, subscribers, manager.subscribers, { secrets: manager.secrets ?? false });
      if (manager.eventLog) bindTable(handler, eventLog, manager.eventLog);
      if (manager.wakes) wakes.bindTo(handler);
      functions[name] = handler;
    }
    this.functions = functions;
  }
}
