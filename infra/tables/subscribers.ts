import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { settingsOf } from '../config/settings-of.ts';
import { keptTable } from './bound-table.ts';

function ownKey(scope: Construct, id: string): Key | undefined {
  const { profile, stage } = settingsOf(scope);
  if (profile === 'small') return undefined;
  return new Key(scope, `${id}Key`, {
    description: `Encrypts the table Subscribers of the stage ${stage}`,
    alias: `timeline-${stage}-subscribers`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    // The shortest that KMS allows. Only a first deployment that fails deletes the key, which has encrypted nothing
    // then.
    pendingWindow: Duration.days(7),
  });
}

/**
 * Webhook endpoints, their deliveries and recipients. The table has its own encryption key because it contains the
 * secrets that sign messages: a reader needs the key too, and CloudTrail shows every use of the key. In the profile
 * `small` DynamoDB's own key encrypts it, which costs nothing. The table and the key are kept when the stack is
 * deleted, since acknowledgements cannot be recovered from the record.
 */
export class Subscribers extends Table {
  readonly variable = 'SUBSCRIBERS_TABLE';
  /** Its own key, if it has one. */
  readonly key: Key | undefined;

  constructor(scope: Construct, id: string) {
    const key = ownKey(scope, id);
    super(scope, id, {
      ...keptTable(scope),
      ...(key && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
      // Epoch seconds: deliveries and attempts expire 90 days after they are settled, limits when their hour is over.
      timeToLiveAttribute: 'expiresAt',
    });
    this.key = key;
  }
}
