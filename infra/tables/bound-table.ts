import type { Table } from 'aws-cdk-lib/aws-dynamodb';

/** A table with the environment variable in which functions get its name. */
export interface BoundTable extends Table {
  readonly variable: string;
}
