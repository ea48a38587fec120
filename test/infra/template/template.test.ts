import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { checkedStacks } from './checked-stacks.ts';
import { permissionFaultsIn } from './permissions-that-exist.ts';
import { type CheckedTemplate, faultsIn } from './specification.ts';

const stacks = await checkedStacks();

/** A template with one resource. */
const withOne = (Type: string, Properties: Readonly<Record<string, unknown>>): CheckedTemplate => ({
  Resources: { One: { Type, Properties }, Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: {} } } },
});

describe.each(Object.entries(stacks))('The template of %s', (_, file) => {
  const template: CheckedTemplate = JSON.parse(readFileSync(file, 'utf8'));

  test('has only properties that CloudFormation knows, of their types and all that it requires', () => {
    expect(faultsIn(template)).toEqual([]);
  });

  test('has only permissions that IAM knows, for the resources and with the conditions that they apply to', async () => {
    expect(await permissionFaultsIn(template)).toEqual([]);
  });
});

describe('The schemas of CloudFormation find', () => {
  const functionWith = (more: Readonly<Record<string, unknown>>) =>
    withOne('AWS::Lambda::Function', { Code: {}, Role: 'arn', ...more });

  test.each<[fault: string, template: CheckedTemplate, found: string]>([
    ['a type', withOne('AWS::Lambda::Funktion', {}), 'One: there is no type AWS::Lambda::Funktion'],
    ['a name', functionWith({ MemorySise: 512 }), 'One/MemorySise: is no property'],
    ['a name within', functionWith({ TracingConfig: { Moode: 'Active' } }), 'One/TracingConfig/Moode: is no property'],
    ['a type of value', functionWith({ MemorySize: '512' }), 'One/MemorySize: must be of type integer'],
    ['a list', functionWith({ Architectures: 'arm64' }), 'One/Architectures: must be a list'],
    [
      'a value of an enumeration',
      functionWith({ RecursiveLoop: 'Never' }),
      'One/RecursiveLoop: must be one of Allow, Terminate',
    ],
    ['what is missing', withOne('AWS::Lambda::Function', { Code: {} }), 'One/Role: is required'],
    ['a reference', functionWith({ KmsKeyArn: { Ref: 'Nothing' } }), 'One/KmsKeyArn: there is no Nothing to refer to'],
    [
      'an attribute',
      functionWith({ KmsKeyArn: { 'Fn::GetAtt': ['Key', 'Arm'] } }),
      'One/KmsKeyArn: AWS::KMS::Key has no attribute Arm',
    ],
  ])('a planted fault: %s', (_, template, found) => {
    expect(faultsIn(template)).toEqual([found]);
  });

  test('nothing wrong where CloudFormation itself makes a value, or none', () => {
    const arn = { 'Fn::GetAtt': ['Key', 'Arn'] };
    expect(faultsIn(functionWith({ KmsKeyArn: arn, MemorySize: { Ref: 'AWS::NoValue' } }))).toEqual([]);
  });
});

describe('The actions of IAM find', () => {
  const table = { Type: 'AWS::DynamoDB::Table', Properties: {} };
  const arn = { 'Fn::GetAtt': ['Table', 'Arn'] };
  const allowing = (Action: string, Resource: unknown = arn, more: object = {}): CheckedTemplate => ({
    Resources: {
      Table: table,
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource, ...more }] } }] },
      },
    },
  });
  const at = 'Role/Policies/0/PolicyDocument/Statement';

  test.each<[fault: string, template: CheckedTemplate, found: string]>([
    ['an action', allowing('dynamodb:ReadItem'), `${at}: there is no action dynamodb:ReadItem`],
    ['a service', allowing('dynamo:GetItem'), `${at}: there is no action dynamo:GetItem`],
    [
      'a resource',
      allowing('sqs:SendMessage'),
      `${at}: sqs:SendMessage does not apply to arn:aws:dynamodb:eu-west-1:123456789012:table/Name`,
    ],
    ['every resource', allowing('dynamodb:GetItem', '*'), `${at}: dynamodb:GetItem does not apply to *`],
    [
      'a condition',
      allowing('dynamodb:GetItem', arn, { Condition: { StringEquals: { 'dynamodb:LeadingKey': 'a' } } }),
      `${at}: dynamodb:GetItem has no condition dynamodb:LeadingKey`,
    ],
  ])('a planted fault: %s', async (_, template, found) => {
    expect(await permissionFaultsIn(template)).toEqual([found]);
  });

  test('nothing wrong with what is granted rightly', async () => {
    expect(await permissionFaultsIn(allowing('dynamodb:GetItem'))).toEqual([]);
    expect(await permissionFaultsIn(allowing('xray:PutTraceSegments', '*'))).toEqual([]);
  });
});
