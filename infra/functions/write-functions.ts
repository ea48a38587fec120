import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindTable, type TableAction } from '../bindings/bind.ts';
import { bindQuota } from '../bindings/bind-quota.ts';
import type { Access } from '../tables/access.ts';
import type { EventLog } from '../tables/event-log.ts';
import { lambdaFunction } from './lambda-function.ts';

interface Writer {
  readonly description: string;
  readonly eventLog: readonly TableAction[];
  /** Executions that many or slow readers cannot take from writers. */
  readonly reservedConcurrency: number;
}

const writers: Readonly<Record<string, Writer>> = {
  'append-event': { description: 'Appends events to the log', eventLog: ['PutItem'], reservedConcurrency: 100 },
  'correct-event': {
    description: 'Appends a correction of an event',
    eventLog: ['Query', 'PutItem'],
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
    reservedConcurrency: 20,
  },
};

export interface WriteFunctionsOptions {
  readonly bundles: string;
  readonly eventLog: EventLog;
  readonly access: Access;
}

/** newsroom ─POST▶ append ─▶ EventLog revisions */
export class WriteFunctions extends Construct {
  /** By the names of their files. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;

  constructor(scope: Construct, id: string, { bundles, eventLog, access }: WriteFunctionsOptions) {
    super(scope, id);
    const functions: Record<string, LambdaFunction> = {};
    for (const [name, writer] of Object.entries(writers)) {
      const { eventLog: actions, ...options } = writer;
      const handler = lambdaFunction(this, name, { bundles, ...options });
      bindTable(handler, eventLog, actions);
      bindQuota(handler, access);
      functions[name] = handler;
    }
    this.functions = functions;
  }
}
