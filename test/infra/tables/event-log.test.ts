import { describe, expect, test } from '@jest/globals';
import { blankedAttributes, permissionsIn } from '../permissions.ts';
import { synthesized } from '../synthesized.ts';

const stack = await synthesized();
const { names, permissionsOf } = permissionsIn(stack);

describe('The log', () => {
  const onTheLog = names.flatMap((name) =>
    permissionsOf(name).filter(
      (permission) => permission.startsWith('dynamodb:') && / on (content of EventLog|EventLog|\*)/.test(permission),
    ),
  );

  test('allows functions only to put, read and follow items, and one of them to take content out', () => {
    expect([...new Set(onTheLog)].sort()).toEqual([
      'dynamodb:BatchGetItem on EventLog.Arn',
      'dynamodb:DescribeStream on EventLog.StreamArn',
      'dynamodb:GetRecords on EventLog.StreamArn',
      'dynamodb:GetShardIterator on EventLog.StreamArn',
      'dynamodb:ListStreams on *',
      'dynamodb:PutItem on EventLog.Arn',
      'dynamodb:Query on EventLog.Arn',
      'dynamodb:UpdateItem on content of EventLog.Arn',
    ]);
    const updating = names.filter((name) =>
      permissionsOf(name).some((permission) => /UpdateItem on .*EventLog/.test(permission)),
    );
    expect(updating).toEqual(['erase-content']);
  });

  test('denies changes and removals to every principal, whatever their own permissions, but updates to the role of one function', () => {
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
              'dynamodb:UpdateTimeToLive',
            ],
            Resource: '*',
          },
          {
            Sid: 'OnlyRedactedContentIsUpdated',
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 'dynamodb:UpdateItem',
            Resource: '*',
            Condition: { ArnNotEquals: { 'aws:PrincipalArn': 'Eraser/EraseContent/Role.Arn' } },
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

test('The role of the function that takes content out of the log may update what holds content or tells of it, and nothing else', () => {
  expect(blankedAttributes).toEqual([
    'pk',
    'sk',
    'event',
    'note',
    'digest',
    'salt',
    'extent',
    'changed',
    'correction',
    'carried',
    'follows',
    'redactedBy',
    'unlisted',
    'type',
    'values',
    'story',
  ]);
});
