import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindTable } from '../bindings/bind.ts';
import { bindHolds } from '../bindings/bind-partitions.ts';
import { bindQuota } from '../bindings/bind-quota.ts';
import type { Access } from '../tables/access.ts';
import type { EventLog } from '../tables/event-log.ts';
import type { Redactions } from '../tables/redactions.ts';
import { lambdaFunction } from './lambda-function.ts';

export interface RedactionFunctionsOptions {
  readonly bundles: string;
  readonly eventLog: EventLog;
  readonly redactions: Redactions;
  readonly access: Access;
}

/** newsroom ─POST▶ redact ─▶ Redactions, EventLog revisions */
export class RedactionFunctions extends Construct {
  /** By the names of their files. */
  readonly functions: Readonly<Record<'redact-event' | 'read-redaction', LambdaFunction>>;

  constructor(scope: Construct, id: string, { bundles, eventLog, redactions, access }: RedactionFunctionsOptions) {
    super(scope, id);
    const redact = lambdaFunction(this, 'redact-event', {
      bundles,
      description: 'Appends the redaction of an event',
      // It compares its note with all revisions, which may be a thousand of 64 KiB. API Gateway waits for 30 s.
      timeout: Duration.seconds(29),
      memoryMb: 1024,
      // A newsroom has two at a time that read all of that (record 84).
      reservedConcurrency: 10,
    });
    bindTable(redact, eventLog, ['Query', 'PutItem']);
    bindTable(redact, redactions, ['Query', 'PutItem']);
    bindQuota(redact, access);
    bindHolds(redact, access);

    const read = lambdaFunction(this, 'read-redaction', {
      bundles,
      description: 'Returns how far a redaction has come',
    });
    bindTable(read, eventLog, ['Query']);
    bindTable(read, redactions, ['Query']);
    this.functions = { 'redact-event': redact, 'read-redaction': read };
  }
}
