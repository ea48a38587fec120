import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readCloudAssembly } from '../../../local/template/cloud-assembly.ts';
import { queueDefinition, tableDefinition } from '../../../local/template/data-definitions.ts';
import { omit } from '../../../local/template/definition.ts';
import { resolveDynamicReferences } from '../../../local/template/dynamic-references.ts';
import { resolveIntrinsics } from '../../../local/template/intrinsics.ts';
import { functionIdOf, openStack } from '../../../local/template/stack.ts';
import { writeCloudAssembly } from '../support/fixture-stack.ts';

const identities = (id: string) =>
  id === 'Log' ? { ref: 'log-table', attributes: { Arn: 'arn:log', 'Stream.Arn': 'arn:stream' } } : undefined;
const resolve = (value: unknown) => resolveIntrinsics(value, identities);
/** As it stands in a template, where it is no placeholder of JavaScript's. */
const placeholder = (name: string) => `$\{${name}}`;

describe('intrinsic functions', () => {
  test.each([
    [{ Ref: 'Log' }, 'log-table'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ 'Fn::GetAtt': ['Log', 'Arn'] }, 'arn:log'],
    [{ 'Fn::GetAtt': 'Log.Stream.Arn' }, 'arn:stream'],
    [{ 'Fn::Join': ['/', ['a', { Ref: 'Log' }, 'b']] }, 'a/log-table/b'],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [
      { 'Fn::Sub': `${placeholder('Log')} ${placeholder('Log.Arn')} ${placeholder('!Log')}` },
      `log-table arn:log ${placeholder('Log')}`,
    ],
    [
      { 'Fn::Sub': [`${placeholder('own')}-${placeholder('AWS::AccountId')}`, { own: { Ref: 'Log' } }] },
      'log-table-000000000000',
    ],
  ])('%j resolves to %s', (value, expected) => {
    expect(resolve(value)).toBe(expected);
  });

  test('are resolved at any depth, and references to AWS::NoValue are left out', () => {
    const value = { list: [{ Ref: 'Log' }], inner: { gone: { Ref: 'AWS::NoValue' }, kept: null, number: 1 } };
    expect(resolve(value)).toEqual({ list: ['log-table'], inner: { kept: null, number: 1 } });
  });

  test.each([
    [
      { Ref: 'Nothing' },
      'The template refers to "Nothing", which does not exist locally. Give it a name where its type is set up: see local/README.md.',
    ],
    [
      { 'Fn::GetAtt': ['Log', 'Nothing'] },
      'The template refers to "Log.Nothing", which does not exist locally. Give it a value where its type is set up: see local/README.md.',
    ],
    [
      { 'Fn::ImportValue': 'x' },
      'The template uses Fn::ImportValue, which the local system does not support. Add it in local/template/intrinsics.ts.',
    ],
  ])('%j is not supported', (value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });
});

describe('dynamic references', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Key';
  const known = (value: unknown) => resolveDynamicReferences(value, (asked) => (asked === arn ? 'k$&y' : undefined));

  test('to a secret are replaced by its exact value, at any depth', () => {
    const reference = `{{resolve:secretsmanager:${arn}:SecretString:::}}`;
    const value = { list: [`Bearer ${reference}`, 1, null], inner: { twice: reference + reference } };
    expect(known(value)).toEqual({ list: ['Bearer k$&y', 1, null], inner: { twice: 'k$&yk$&y' } });
  });

  test.each([
    `secretsmanager:${arn}0:SecretString:::`,
    `secretsmanager:${arn}:SecretString:password::`,
    `secretsmanager:${arn}:SecretBinary:::`,
    'ssm:parameter:1',
  ])('to anything else are not supported: %s', (what) => {
    expect(() => known(`{{resolve:${what}}}`)).toThrow(
      `The template refers to ${what}, which the local system does not support. See local/template/dynamic-references.ts.`,
    );
  });
});

test('a path omits a property, a property of an object, or a property of each object in a list', () => {
  const properties = { A: { B: 1, C: 2 }, L: [{ B: 1, C: 2 }, 3], B: 4, AB: { C: 5 }, N: null };
  expect(omit(properties, ['A.B', 'L.C', 'B', 'N.X'])).toEqual({
    A: { C: 2 },
    L: [{ B: 1 }, 3],
    AB: { C: 5 },
    N: null,
  });
});

describe('a stack', () => {
  const stackOf = (Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>) =>
    openStack({ template: { Resources, Outputs: {} }, codeFolders: new Map() });

  test('with an unsupported type of resource cannot be opened', () => {
    expect(() => stackOf({ Cache: { Type: 'AWS::ElastiCache::CacheCluster', Properties: {} } })).toThrow(
      'The local system does not support the resource "Cache" of type AWS::ElastiCache::CacheCluster. Add the type in local/template/resource-types.ts: see local/README.md.',
    );
  });

  test('with an unsupported property cannot be opened, and the message names the resource and the property', () => {
    const stack = stackOf({ Queue: { Type: 'AWS::SQS::Queue', Properties: { Color: 'green' } } });
    expect(() => stack.resources(queueDefinition)).toThrow(/"Queue" \(AWS::SQS::Queue\).*Unrecognized key: "Color"/s);
  });

  test('may have types and properties without effect on a laptop, even if they refer to something that does not exist', () => {
    const Properties = { KmsMasterKeyId: { Ref: 'Key' }, DelaySeconds: 5 };
    const stack = stackOf({
      Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: {} },
      Queue: { Type: 'AWS::SQS::Queue', Properties },
    });
    expect(stack.resources(queueDefinition)).toEqual([{ logicalId: 'Queue', properties: { DelaySeconds: 5 } }]);
    expect(stack.resources(tableDefinition)).toEqual([]);
  });

  test('cannot be opened if an output refers to something that does not exist', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'timeline-template-'));
    await writeCloudAssembly(folder, {
      Resources: {},
      Outputs: { Url: { Value: { Ref: 'Api' } }, Zone: { Value: { Ref: 'AWS::Region' } } },
    });
    const stack = openStack(await readCloudAssembly(folder));
    expect(() => stack.outputs()).toThrow('The template refers to "Api", which does not exist locally.');
    expect(stack.knownOutputs()).toEqual({ Zone: 'us-east-1' });
    await rm(folder, { recursive: true });
  });

  test.each([
    'arn:aws:lambda:us-east-1:000000000000:function:Echo',
    'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:Echo/invocations',
    'arn:aws:lambda:us-east-1:000000000000:function:Echo:live',
    'Echo',
  ])('finds the function of the reference %s', (reference) => {
    expect(functionIdOf(reference)).toBe('Echo');
  });
});

test('a folder without a synthesized stack is an error that says what to do', async () => {
  await expect(readCloudAssembly(join(tmpdir(), 'timeline-no-such-folder'))).rejects.toThrow(
    /timeline-no-such-folder\/manifest\.json is missing or damaged\. Delete its folder and start again: "cdk synth" writes it\.$/,
  );
});
