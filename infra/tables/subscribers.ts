import { RemovalPolicy } from 'aws-cdk-lib';
import { Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { tableDefaults } from './table-defaults.ts';

/**
 * Endpoints, what is to be sent to them and who was sent what. Under a key of its own, since the secrets that sign messages stand
 * here: what reads them needs the key too, and every use of it is in CloudTrail. Kept when the stack goes: who acknowledged what
 * cannot be found out again, and without the key nothing of it could be read.
 */
export class Subscribers extends Table {
  readonly variable = 'SUBSCRIBERS_TABLE';
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    const key = new Key(scope, `${id}Key`, {
      description: 'Encrypts the table of subscribers',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    super(scope, id, {
      ...tableDefaults,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      // Seconds since the epoch: deliveries and attempts go 90 days after they are settled, limits when their hour is over.
      timeToLiveAttribute: 'expiresAt',
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.key = key;
  }
}
