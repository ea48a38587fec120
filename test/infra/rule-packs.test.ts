import { describe, expect, test } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { constructed } from './constructed.ts';
import { synthesized } from './synthesized.ts';

const stack = constructed();
const template = await synthesized();
const domain = {
  name: 'timeline.example.org',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b-2c3d',
};

describe('The rule packs', () => {
  const findings = (found = stack) =>
    [new AwsSolutionsChecks(found.app), new ServerlessChecks(found.app)].flatMap(
      (pack) => pack.validateScope(found.stack).violations,
    );

  test('report no findings for the stack, with or without a custom domain, in either profile, nor for the firewall', () => {
    expect(findings()).toEqual([]);
    expect(findings(constructed('Timeline', { domain }))).toEqual([]);
    expect(findings(constructed('Timeline', { profile: 'small', alarms: { email: 'desk@example.org' } }))).toEqual([]);
    expect(findings(constructed('TimelineFirewall'))).toEqual([]);
  });

  test('find a planted fault', () => {
    new Queue(stack.stack, 'Careless');
    expect(findings().map(({ ruleName }) => ruleName)).toEqual([
      'AwsSolutions-SQS3',
      'AwsSolutions-SQS4',
      'Serverless-SQSRedrivePolicy',
    ]);
    stack.stack.node.tryRemoveChild('Careless');
  });

  test('have a reason at each resource to which a rule does not apply, and not above it', () => {
    const acknowledged = stack.stack.node.findAll().flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.keys(data))
        .map((rule) => `${node.path.replace('Timeline-local/', '')} ${rule.replace('Annotation::', '')}`),
    );
    const functions = Object.keys(template.ofType('AWS::Lambda::Function'));
    const freeRoutes = Object.entries(template.propertiesOf('AWS::ApiGatewayV2::Route'))
      .filter(([, { AuthorizationType }]) => AuthorizationType === 'NONE')
      .map(([path]) => path);
    expect([...new Set(acknowledged)].sort()).toEqual(
      [
        ...functions.map((path) => `${path.replace(/Function$/, 'Role')} AwsSolutions-IAM5[Resource::*]`),
        ...functions
          // The permissions of this one are beside its role.
          .filter((path) => path !== 'Eraser/EraseContent/Function')
          .map((path) => `${path.replace(/Function$/, 'Role')} Serverless-LambdaStarPermissions`),
        ...functions.map((path) => `${path} Serverless-LambdaDLQ`),
        ...freeRoutes.map((path) => `${path} AwsSolutions-APIG4`),
        ...[
          'Parked',
          'Discarded',
          'Sequencer/PostponedDeadLetters',
          'Wakes/PromptDeadLetters',
          'Wakes/SlowDeadLetters',
        ].flatMap((queue) => [`${queue} AwsSolutions-SQS3`, `${queue} Serverless-SQSRedrivePolicy`]),
        ...['Embargo/Wake', 'Eraser/Wake', 'Projector/Wake', 'Webhooks/WakeFanOut', 'Webhooks/WakeSweep'].map(
          (rule) => `${rule} Serverless-EventBusDLQ`,
        ),
        'Sequencer/SequencePostponed/Function/Postponed Serverless-LambdaEventSourceMappingDestination',
        ...['Deliver', 'DeliverSlow'].map(
          (worker) => `Webhooks/${worker}/Function/Wakes Serverless-LambdaEventSourceMappingDestination`,
        ),
        'Edge/Distribution AwsSolutions-CFR1',
        'Edge/Distribution AwsSolutions-CFR3',
        'Edge/Distribution AwsSolutions-CFR4',
        'Secrets/Origin AwsSolutions-SMG4',
        'Secrets/Cursor AwsSolutions-SMG4',
      ].sort(),
    );
  });
});
