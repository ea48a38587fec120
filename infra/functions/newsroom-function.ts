import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindTable } from '../bindings/bind.ts';
import { bindSubscribers } from '../bindings/bind-subscribers.ts';
import type { HeldEvents } from '../tables/held-events.ts';
import type { Subscribers } from '../tables/subscribers.ts';
import type { Timelines } from '../tables/timelines.ts';
import { lambdaFunction } from './lambda-function.ts';

export interface NewsroomFunctionOptions {
  readonly bundles: string;
  readonly timelines: Timelines;
  readonly subscribers: Subscribers;
  readonly heldEvents: HeldEvents;
}

/** Timelines, HeldEvents, Subscribers ─▶ read-newsroom ─GET▶ newsroom */
export class NewsroomFunction extends Construct {
  /** By the name of its file. */
  readonly functions: Readonly<Record<'read-newsroom', LambdaFunction>>;

  constructor(scope: Construct, id: string, options: NewsroomFunctionOptions) {
    super(scope, id);
    const { bundles, timelines, subscribers, heldEvents } = options;
    const read = lambdaFunction(this, 'read-newsroom', {
      bundles,
      description: 'Returns what the newsroom of a key has',
    });
    bindTable(read, timelines, ['GetItem', 'Query']);
    bindTable(read, heldEvents, ['GetItem', 'Query']);
    bindSubscribers(read, subscribers, ['BatchGetItem', 'Query']);
    this.functions = { 'read-newsroom': read };
  }
}
