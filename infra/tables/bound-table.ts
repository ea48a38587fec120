import type { Table } from 'aws-cdk-lib/aws-dynamodb';

/** A table that knows the environment variable under which functions find its name. */
export interface BoundTable extends Table {
  readonly variable: string;
}
