import { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { BoundTable } from './bound-table.ts';
import { keptTable } from './bound-table.ts';

/**
 * API keys, as hashes, and what newsrooms may use a day and have used. The table is kept when the stack is deleted,
 * since without it every newsroom would need a new key.
 */
export class Access extends Table implements BoundTable {
  readonly variable = 'ACCESS_TABLE';

  constructor(scope: Construct, id: string) {
    super(scope, id, {
      ...keptTable(scope),
      // Epoch seconds. Only the use of a day has it, and expires a week later.
      timeToLiveAttribute: 'removeAt',
    });
  }
}
