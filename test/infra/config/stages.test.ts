import { describe, expect, test } from '@jest/globals';
import { configuredStacks } from '../../support/stack/synthesized-stack.ts';
import { synthesizedIn } from '../synthesized.ts';

const folder = await configuredStacks({ stages: { production: {}, staging: { profile: 'small' } } });
const production = await synthesizedIn(folder, 'Timeline-production');
const staging = await synthesizedIn(folder, 'Timeline-staging');
const firewall = await synthesizedIn(folder, 'TimelineFirewall-production');

/** What CloudFormation does not generate: the fixed names of resources, by the path of the property. */
function namesIn({ resources }: typeof production): string[] {
  return Object.values(resources).flatMap(({ Type, Properties }) =>
    [
      'Name',
      'FunctionName',
      'TableName',
      'QueueName',
      'TopicName',
      'AlarmName',
      'AliasName',
      'RoleName',
      'LogGroupName',
      'DashboardName',
    ]
      .flatMap((property) => {
        const name = (Properties as Record<string, unknown> | undefined)?.[property];
        return typeof name === 'string' && Type !== 'AWS::Lambda::Permission' ? [name] : [];
      })
      // A reference to a resource of the stack, or a name within one.
      .filter((name) => !(name in resources) && name !== 'Authorizer'),
  );
}

describe('Two stages in one account', () => {
  test('share no name', () => {
    const names = [production, staging, firewall].map(namesIn);
    expect(names.map((list) => list.length)).toEqual([4, 3, 0]);
    expect(new Set(names.flat()).size).toBe(names.flat().length);
  });

  test('publish and watch metrics of their own', () => {
    for (const [stack, stage, other] of [
      [production, 'production', 'staging'],
      [staging, 'staging', 'production'],
    ] as const) {
      expect(stack.text).toContain(`{"Name":"stage","Value":"${stage}"}`);
      expect(stack.text).toContain(`"STAGE":"${stage}"`);
      expect(stack.text).not.toContain(`"${other}"`);
    }
  });
});

describe('The profile small', () => {
  test('has no web ACL, no traces, no reserved executions, no key of its own and no backup of the timelines', () => {
    expect(staging.parameters).not.toHaveProperty('WebAclArn');
    expect(staging.text).not.toMatch(
      /WebACLId|TracingConfig":\{"Mode":"Active|ReservedConcurrentExecutions|KMSMasterKeyId/,
    );
    expect(staging.ofType('AWS::KMS::Key')).toEqual({});
    const backups = Object.entries(staging.propertiesOf('AWS::DynamoDB::Table')).map(
      ([name, { PointInTimeRecoverySpecification }]) => [name, PointInTimeRecoverySpecification],
    );
    const recoverable = { PointInTimeRecoveryEnabled: true };
    expect(Object.fromEntries(backups)).toEqual({
      EventLog: recoverable,
      Access: recoverable,
      Redactions: recoverable,
      HeldEvents: recoverable,
      Subscribers: recoverable,
      Timelines: { PointInTimeRecoveryEnabled: false },
    });
  });

  test('protects the record as the profile full does', () => {
    const logOf = ({ resources }: typeof production) => ({ ...resources.EventLog, Metadata: null });
    expect(logOf(staging)).toEqual(logOf(production));
  });
});
