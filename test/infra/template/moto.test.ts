import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkedStacks } from './checked-stacks.ts';
import { hasMoto, type Moto, startMoto } from './moto.ts';

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of a type of resource
  readonly Properties: any;
}

/** What is deployed. moto does not know the gateway, the distribution and policies of queues well enough. */
const deployed = [
  'AWS::DynamoDB::Table',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
];
const patienceMs = 60_000;

/** The resources of a template that are deployed, each reference to another one replaced by a text. */
function part(file: string): Readonly<Record<string, Resource>> {
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> };
  const chosen = Object.entries(Resources).filter(([, { Type }]) => deployed.includes(Type));
  const ids = new Set(chosen.map(([id]) => id));
  const within = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(within);
    if (typeof value !== 'object' || value === null) return value;
    const [[key, argument] = ['', '']] = Object.entries(value);
    const id = key === 'Ref' ? argument : key === 'Fn::GetAtt' ? argument[0] : undefined;
    if (id !== undefined && !ids.has(id) && !id.startsWith('AWS::')) return 'elsewhere';
    const inside = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, within(item)]));
    return key === 'Fn::Select' && JSON.stringify(inside).includes('"elsewhere"') ? 'elsewhere' : inside;
  };
  return Object.fromEntries(
    chosen.map(([id, { Type, Properties }]) => {
      const properties = within(Properties) as Resource['Properties'];
      // There is no bucket with the code. CloudFormation gives a FIFO queue a name with its ending; moto does not.
      if (Type === 'AWS::Lambda::Function') properties.Code = { ZipFile: 'exports.handler = async () => {};' };
      if (properties.FifoQueue) properties.QueueName = `${id}.fifo`;
      return [id, { Type, Properties: properties }];
    }),
  );
}

const ofType = (resources: Readonly<Record<string, Resource>>, type: string) =>
  Object.values(resources).filter(({ Type }) => Type === type);

if (hasMoto()) {
  const stacks = await checkedStacks();
  describe.each(['Timeline-production', 'Timeline-staging'])('In moto, %s', (name) => {
    const resources = part(stacks[name] ?? '');
    let moto: Moto;

    beforeAll(async () => {
      moto = await startMoto();
    }, patienceMs);
    afterAll(() => moto.stop());

    test(
      'is deployed: each of its tables, queues, roles, functions and mappings',
      async () => {
        const StackName = name;
        const TemplateBody = JSON.stringify({ Resources: resources });
        await moto.query('cloudformation', 'CreateStack', {
          StackName,
          TemplateBody,
          'Capabilities.member.1': 'CAPABILITY_IAM',
        });
        const listed = await moto.query('cloudformation', 'ListStackResources', { StackName });
        const created = [...listed.matchAll(/<LogicalResourceId>(.*?)</g)].map(([, id]) => id);
        expect(created.sort()).toEqual(Object.keys(resources).sort());
      },
      patienceMs,
    );

    test('has tables that are billed by request, with their streams', async () => {
      const { TableNames } = await moto.json<{ TableNames: string[] }>('dynamodb', 'DynamoDB_20120810.ListTables');
      const tables = await Promise.all(
        TableNames.map((TableName) =>
          moto.json<{ Table: Record<string, Record<string, unknown>> }>('dynamodb', 'DynamoDB_20120810.DescribeTable', {
            TableName,
          }),
        ),
      );
      const seen = tables.map(({ Table }) => [
        Table.BillingModeSummary?.BillingMode,
        Table.StreamSpecification?.StreamViewType,
      ]);
      const wanted = ofType(resources, 'AWS::DynamoDB::Table').map(({ Properties }) => [
        Properties.BillingMode,
        Properties.StreamSpecification?.StreamViewType,
      ]);
      expect(seen.sort()).toEqual(wanted.sort());
    });

    test('has functions as they are configured, each with a role of its own', async () => {
      const { Functions } = await moto.read<{ Functions: Record<string, unknown>[] }>(
        'lambda',
        '/2015-03-31/functions/',
      );
      const seen = Functions.map(({ Runtime, MemorySize, Timeout, Environment }) => ({
        name: (Environment as { Variables: Record<string, string> }).Variables.POWERTOOLS_SERVICE_NAME,
        Runtime,
        MemorySize,
        Timeout,
      }));
      const wanted = ofType(resources, 'AWS::Lambda::Function').map(({ Properties }) => ({
        name: Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME,
        Runtime: Properties.Runtime,
        MemorySize: Properties.MemorySize,
        Timeout: Properties.Timeout,
      }));
      const byName = (one: { name: unknown }, other: { name: unknown }) =>
        String(one.name) < String(other.name) ? -1 : 1;
      expect(seen.sort(byName)).toEqual(wanted.sort(byName));
      expect(new Set(Functions.map(({ Role }) => Role)).size).toBe(Functions.length);
    });
  });
} else {
  test.skip('moto_server is not installed, so templates are not deployed into it', () => {});
}
