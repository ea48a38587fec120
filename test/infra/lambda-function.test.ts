import { describe, expect, test } from '@jest/globals';
import { functionNames } from '../../infra/function-names.ts';
import { synthesized } from './synthesized.ts';

const stack = synthesized();

const functions = stack.propertiesOf('AWS::Lambda::Function');

describe('The functions', () => {
  test('run alike: arm64, Node.js 24, traced, logging JSON to a group of their own', () => {
    const described = Object.entries(functions).map(([path, properties]) => {
      const { Code, Description, Environment, MemorySize, Timeout, ...rest } = properties;
      return [path, rest];
    });
    const expected = Object.keys(functions).map((path) => [
      path,
      {
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'JSON', LogGroup: path.replace(/Function$/, 'Logs') },
        Role: `${path.replace(/Function$/, 'Role')}.Arn`,
        Runtime: 'nodejs24.x',
        TracingConfig: { Mode: 'Active' },
      },
    ]);
    expect(described).toEqual(expected);
  });

  test('have the time and memory of a request, those that follow the stream more', () => {
    const sizes = Object.entries(functions).map(([path, { MemorySize, Timeout }]) => [
      path,
      `${MemorySize} ${Timeout}`,
    ]);
    const differing = sizes.filter(([, size]) => size !== '512 10');
    expect(Object.fromEntries(differing)).toEqual({
      'Projector/Project/Function': '1024 60',
      'Sequencer/Sequence/Function': '512 60',
    });
  });

  test('say in the template which folder holds their code', () => {
    const folders = Object.values(stack.ofType('AWS::Lambda::Function')).map(
      ({ Metadata }) => Metadata['aws:asset:path'],
    );
    expect(folders).toEqual(folders.map(() => expect.stringMatching(/^asset\.[0-9a-f]{64}$/)));
    expect(new Set(folders).size).toBe(functionNames.length);
  });
});

test('Every log is forgotten after a month', () => {
  const groups = Object.keys(functions).map((path) => path.replace(/Function$/, 'Logs'));
  expect(stack.propertiesOf('AWS::Logs::LogGroup')).toEqual(
    Object.fromEntries([...groups, 'Api/AccessLog'].map((path) => [path, { RetentionInDays: 30 }])),
  );
});
