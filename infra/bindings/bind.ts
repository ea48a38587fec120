import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { BoundTable } from '../tables/bound-table.ts';

/** Gives a function the URL of a queue and the permission to send messages to it. */
export function bindQueue(handler: LambdaFunction, queue: Queue, variable: string): void {
  handler.addEnvironment(variable, queue.queueUrl);
  Grant.addToPrincipal({ grantee: handler, actions: ['sqs:SendMessage'], resourceArns: [queue.queueArn] });
}

/**
 * The actions on items that can be allowed. The log also has a resource policy, by which no principal can remove an
 * item. `PartiQLInsert` puts items that are absent, many in a call; it neither reads nor replaces any.
 */
export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'PartiQLInsert';

/** Gives a function the name of a table and the permission for exactly these actions. */
export function bindTable(handler: LambdaFunction, table: BoundTable, actions: readonly TableAction[]): void {
  handler.addEnvironment(table.variable, table.tableName);
  Grant.addToPrincipal({
    grantee: handler,
    actions: actions.map((action) => `dynamodb:${action}`),
    resourceArns: [table.tableArn],
  });
}
