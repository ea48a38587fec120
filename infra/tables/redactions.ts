import { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { BoundTable } from './bound-table.ts';
import { keptTable } from './bound-table.ts';

/**
 * The list of redactions, and how far each has come. It is a table of its own because the log may be restored to a time
 * before a redaction: the list says what must be taken down again.
 */
export class Redactions extends Table implements BoundTable {
  readonly variable = 'REDACTIONS_TABLE';

  constructor(scope: Construct, id: string) {
    super(scope, id, keptTable(scope));
  }
}
