import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { bindDefaultQuota } from '../../../infra/bindings/bind-quota.ts';

/** The quotas that a function of a stack with this context gets. */
function defaultQuota(context: Readonly<Record<string, string>>): unknown {
  const stack = new Stack(new App({ context, analyticsReporting: false }), 'Stack');
  const properties = { code: Code.fromInline('//'), handler: 'index.handler', runtime: Runtime.NODEJS_24_X };
  const handler = new LambdaFunction(stack, 'Function', properties);
  bindDefaultQuota(handler);
  const variables = Object.values<{
    Type: string;
    Properties: { Environment?: { Variables: Record<string, string> } };
  }>(stack.resolve((stack as unknown as { _toCloudFormation(): object })._toCloudFormation()).Resources).flatMap(
    ({ Properties }) => Properties.Environment?.Variables.DEFAULT_QUOTA ?? [],
  );
  return variables.map((text) => JSON.parse(text));
}

describe('The default quota', () => {
  test('is what a newsroom of ordinary size needs', () => {
    expect(defaultQuota({})).toEqual([{ events: 50_000, changes: 20_000, bytes: 1_073_741_824 }]);
  });

  test('is replaced by the context, each limit alone', () => {
    expect(defaultQuota({ quotaEvents: '500', quotaBytes: '0' })).toEqual([{ events: 500, changes: 20_000, bytes: 0 }]);
  });

  test.each(['many', '-1', '1.5', ''])('cannot be %j', (quotaChanges) => {
    expect(() => defaultQuota({ quotaChanges })).toThrow(
      'The context quotaChanges must be a whole number: how much a newsroom may use a day.',
    );
  });
});
