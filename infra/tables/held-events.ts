import { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { BoundTable } from './bound-table.ts';
import { keptTable } from './bound-table.ts';

/**
 * Events that newsrooms hold until their time. It is a table of its own because they are changed and deleted, which
 * nothing in the log is. It is kept when the stack is deleted: what is held is acknowledged, and is nowhere else.
 */
export class HeldEvents extends Table implements BoundTable {
  readonly variable = 'HELD_EVENTS_TABLE';

  constructor(scope: Construct, id: string) {
    super(scope, id, keptTable(scope));
  }
}
