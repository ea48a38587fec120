import { RemovalPolicy } from 'aws-cdk-lib';
import { Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { settingsOf } from '../config/settings-of.ts';
import { tableDefaults } from './bound-table.ts';

function ownKey(scope: Construct, id: string): Key | undefined {
  if (settingsOf(scope).profile === 'small') return undefined;
  return new Key(scope, `${id}Key`, {
    description: 'Encrypts the table Subscribers',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/**
 * Webhook endpoints, their deliveries and recipients. The table has its own encryption key because it contains the secrets that sign
 * messages: a reader needs the key too, and CloudTrail shows every use of the key. In the profile `small` DynamoDB's own key encrypts it,
 * which costs nothing. The table and the key are kept when the stack is deleted, since acknowledgements cannot be recovered from the
 * record.
 */
export class Subscribers extends Table {
  readonly variable = 'SUBSCRIBERS_TABLE';
  /** Its own key, if it has one. */
  readonly key: Key | undefined;

  constructor(scope: Construct, id: string) {
    const key = ownKey(scope, id);
    super(scope, id, {
      ...tableDefaults,
      ...(key && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
      // Epoch seconds: deliveries and attempts expire 90 days after they are settled, limits when their hour is over.
      timeToLiveAttribute: 'expiresAt',
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.key = key;
  }
}
