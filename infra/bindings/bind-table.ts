import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { BoundTable } from '../tables/bound-table.ts';

/** What a function may be allowed to do to items. The log has a policy of its own, which lets nobody remove an item. */
export type TableAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'DeleteItem';

/** Gives a function the name of a table and the permission for exactly these actions. */
export function bindTable(handler: LambdaFunction, table: BoundTable, actions: readonly TableAction[]): void {
  handler.addEnvironment(table.variable, table.tableName);
  Grant.addToPrincipal({
    grantee: handler,
    actions: actions.map((action) => `dynamodb:${action}`),
    resourceArns: [table.tableArn],
  });
}
