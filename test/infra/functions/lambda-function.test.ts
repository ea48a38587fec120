import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { routes } from '../../../functions/routes.ts';
import { functionNames } from '../../../infra/functions/function-names.ts';
import { permissionsIn } from '../permissions.ts';
import { synthesized } from '../synthesized.ts';

const stack = await synthesized();
const withoutReserve = await synthesized('Timeline', { reserveConcurrency: false, deletionProtection: true });

const functions = stack.propertiesOf('AWS::Lambda::Function');

describe('The functions', () => {
  test('share their settings: arm64, Node.js 24, traces, and JSON logs in their own log group', () => {
    const described = Object.entries(functions).map(([path, properties]) => {
      const {
        Code,
        Description,
        Environment,
        MemorySize,
        RecursiveLoop,
        ReservedConcurrentExecutions,
        Timeout,
        ...rest
      } = properties;
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

  test('have the default timeout and memory; followers and functions that wait have more', () => {
    const sizes = Object.entries(functions).map(([path, { MemorySize, Timeout }]) => [
      path,
      `${MemorySize} ${Timeout}`,
    ]);
    const differing = sizes.filter(([, size]) => size !== '512 10');
    expect(Object.fromEntries(differing)).toEqual({
      'Embargo/ReadHeldEvents/Function': '1024 10',
      'Embargo/PublishHeldEvents/Function': '256 60',
      'Eraser/EraseContent/Function': '1024 60',
      'Projector/Project/Function': '1024 60',
      'Read/WaitForChanges/Function': '512 25',
      'Redaction/RedactEvent/Function': '1024 29',
      'Sequencer/Sequence/Function': '512 60',
      'Sequencer/SequencePostponed/Function': '512 60',
      'Webhooks/Deliver/Function': '512 30',
      'Webhooks/DeliverSlow/Function': '512 30',
      'Webhooks/FanOut/Function': '512 60',
      'Webhooks/Sweep/Function': '512 60',
    });
  });

  test('have reserved executions if other functions could use up theirs, or they those of others', () => {
    const reserved = Object.entries(functions).flatMap(([path, { ReservedConcurrentExecutions }]) =>
      ReservedConcurrentExecutions === undefined ? [] : [[path, ReservedConcurrentExecutions] as const],
    );
    expect(Object.fromEntries(reserved)).toEqual({
      'Api/Authorize/Function': 50,
      'Embargo/PublishHeldEvents/Function': 1,
      'Embargo/ReleaseHeldEvent/Function': 10,
      'Embargo/ReplaceHeldEvent/Function': 10,
      'Embargo/RetractHeldEvent/Function': 10,
      'Eraser/EraseContent/Function': 1,
      'Read/WaitForChanges/Function': 50,
      'Redaction/RedactEvent/Function': 10,
      'Webhooks/Deliver/Function': 100,
      'Webhooks/DeliverSlow/Function': 100,
      'Write/AppendEvent/Function': 100,
      'Write/CorrectEvent/Function': 20,
      'Write/DescribeStory/Function': 20,
      'Write/RetractEvent/Function': 20,
      'Write/UnlistEvent/Function': 10,
      'Write/WithdrawStory/Function': 10,
    });
    // Of the 1,000 that an account has, most are left to the others.
    expect(reserved.reduce((sum, [, executions]) => sum + Number(executions), 0)).toBe(522);
  });

  test('reserve as many executions as the guide says, and need a quota of 100 more', async () => {
    const guide = await readFile(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
    const reserved = Object.values(functions).map((one) => Number(one.ReservedConcurrentExecutions ?? 0));
    const sum = reserved.reduce((total, executions) => total + executions, 0);
    const numbers = /the functions reserve (\d+) executions.*?keeps (\d+) .*?at least (\d+)/s.exec(guide) ?? [];
    expect(numbers.slice(1).map(Number)).toEqual([sum, 100, sum + 100]);
  });

  test('that write to the log all have reserved executions', () => {
    const writing = routes
      .filter(({ scope, method }) => scope?.endsWith(':write') && method !== 'GET')
      .map((route) => route.function);
    const { functionOf } = permissionsIn(stack);
    const without = writing.filter((name) => functionOf(name).properties.ReservedConcurrentExecutions === undefined);
    expect(without).toEqual([]);
  });

  test('reserve nothing if the configuration says so, for an account that cannot reserve executions', () => {
    expect(withoutReserve.text).not.toContain('ReservedConcurrentExecutions');
  });

  test('name in the template the folder of their code', () => {
    const folders = Object.values(stack.ofType('AWS::Lambda::Function')).map(
      ({ Metadata }) => Metadata['aws:asset:path'],
    );
    expect(folders).toEqual(folders.map(() => expect.stringMatching(/^asset\.[0-9a-f]{64}$/)));
    expect(new Set(folders).size).toBe(functionNames.length);
  });
});

test('Every log is kept for a month', () => {
  const groups = Object.keys(functions).map((path) => path.replace(/Function$/, 'Logs'));
  expect(stack.propertiesOf('AWS::Logs::LogGroup')).toEqual(
    Object.fromEntries([...groups, 'Api/AccessLog'].map((path) => [path, { RetentionInDays: 30 }])),
  );
});
