import { describe, expect, test } from '@jest/globals';
import { permissionsIn } from '../permissions.ts';
import { synthesized } from '../synthesized.ts';

const stack = await synthesized();
const { names, permissionsOf } = permissionsIn(stack);

describe('The log', () => {
  const onTheLog = names.flatMap((name) =>
    permissionsOf(name).filter(
      (permission) => permission.startsWith('dynamodb:') && / on (EventLog|\*)/.test(permission),
    ),
  );

  test('allows functions only to put, read and follow items', () => {
    expect([...new Set(onTheLog)].sort()).toEqual([
      'dynamodb:BatchGetItem on EventLog.Arn',
      'dynamodb:DescribeStream on EventLog.StreamArn',
      'dynamodb:GetRecords on EventLog.StreamArn',
      'dynamodb:GetShardIterator on EventLog.StreamArn',
      'dynamodb:ListStreams on *',
      'dynamodb:PutItem on EventLog.Arn',
      'dynamodb:Query on EventLog.Arn',
    ]);
  });

  test('denies changes and removals to every principal, whatever their own permissions', () => {
    expect(stack.resources.EventLog?.Properties.ResourcePolicy).toEqual({
      PolicyDocument: {
        Statement: [
          {
            Sid: 'NothingIsChangedOrRemoved',
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: [
              'dynamodb:BatchWriteItem',
              'dynamodb:DeleteItem',
              'dynamodb:PartiQLDelete',
              'dynamodb:PartiQLInsert',
              'dynamodb:PartiQLUpdate',
              'dynamodb:UpdateItem',
              'dynamodb:UpdateTimeToLive',
            ],
            Resource: '*',
          },
        ],
        Version: '2012-10-17',
      },
    });
  });

  test('has a policy that does not refer to the table itself, since CloudFormation could not create it', () => {
    expect(JSON.stringify(stack.resources.EventLog?.Properties)).not.toContain('EventLog');
  });
});
