import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/** What a function may be allowed to do to items. Nothing here changes or removes one that is there. */
export type TableAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem';

/** A table that knows the environment variable under which functions find its name. */
export interface BoundTable extends Table {
  readonly variable: string;
}

/** Gives a function the name of a table and the right to do exactly this there. */
export function bindTable(handler: LambdaFunction, table: BoundTable, actions: readonly TableAction[]): void {
  handler.addEnvironment(table.variable, table.tableName);
  Grant.addToPrincipal({
    grantee: handler,
    actions: actions.map((action) => `dynamodb:${action}`),
    resourceArns: [table.tableArn],
  });
}
