import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindTable, type TableAction } from '../bindings/bind.ts';
import { bindQuota } from '../bindings/bind-quota.ts';
import type { Access } from '../tables/access.ts';
import type { EventLog } from '../tables/event-log.ts';
import type { HeldEvents } from '../tables/held-events.ts';
import type { Timelines } from '../tables/timelines.ts';
import { lambdaFunction } from './lambda-function.ts';

interface Writer {
  readonly description: string;
  readonly eventLog: readonly TableAction[];
  /** What it reads of the timelines: who owns a story, who may add to it, and what it has, for warnings. */
  readonly timelines?: readonly TableAction[];
  /** What it does with held events. */
  readonly heldEvents?: readonly TableAction[];
  /** Executions that many or slow readers cannot take from writers. */
  readonly reservedConcurrency: number;
}

const writers: Readonly<Record<string, Writer>> = {
  'append-event': {
    description: 'Appends events to the log',
    eventLog: ['Query', 'PutItem'],
    timelines: ['BatchGetItem', 'Query'],
    heldEvents: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
    reservedConcurrency: 100,
  },
  'correct-event': {
    description: 'Appends a correction of an event',
    eventLog: ['Query', 'PutItem'],
    timelines: ['BatchGetItem', 'Query'],
    reservedConcurrency: 20,
  },
  'retract-event': {
    description: 'Appends the retraction of an event',
    eventLog: ['Query', 'PutItem'],
    reservedConcurrency: 20,
  },
  'describe-story': {
    description: 'Appends the description of a story',
    eventLog: ['Query', 'PutItem'],
    timelines: ['GetItem', 'BatchGetItem'],
    reservedConcurrency: 20,
  },
  'withdraw-story': {
    description: 'Appends the withdrawal of a story',
    eventLog: ['Query', 'PutItem'],
    timelines: ['GetItem', 'BatchGetItem'],
    reservedConcurrency: 10,
  },
  'unlist-event': {
    description: 'Takes an event out of the timeline of a story',
    eventLog: ['Query', 'BatchGetItem', 'PutItem'],
    timelines: ['GetItem', 'BatchGetItem'],
    reservedConcurrency: 10,
  },
};

export interface WriteFunctionsOptions {
  readonly bundles: string;
  readonly eventLog: EventLog;
  readonly timelines: Timelines;
  readonly access: Access;
  readonly heldEvents: HeldEvents;
}

/** newsroom ─POST▶ append ─▶ EventLog revisions */
export class WriteFunctions extends Construct {
  /** By the names of their files. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;

  constructor(scope: Construct, id: string, options: WriteFunctionsOptions) {
    super(scope, id);
    const { bundles, eventLog, timelines, access, heldEvents } = options;
    const functions: Record<string, LambdaFunction> = {};
    for (const [name, writer] of Object.entries(writers)) {
      const { eventLog: logActions, timelines: timelinesActions, heldEvents: heldActions, ...rest } = writer;
      const handler = lambdaFunction(this, name, { bundles, ...rest });
      bindTable(handler, eventLog, logActions);
      if (timelinesActions) bindTable(handler, timelines, timelinesActions);
      if (heldActions) bindTable(handler, heldEvents, heldActions);
      bindQuota(handler, access);
      functions[name] = handler;
    }
    this.functions = functions;
  }
}
