import { describe, expect, test } from '@jest/globals';
import { synthesized } from './synthesized.ts';

const stack = await synthesized('TimelineFirewall');
const { Rules, ...webAcl } = stack.propertiesOf('AWS::WAFv2::WebACL').WebAcl as { Rules: Record<string, unknown>[] };
const ruleOf = (name: string) => Rules.find((rule) => rule.Name === name);

const isMethod = (SearchString: string) => ({
  ByteMatchStatement: {
    FieldToMatch: { Method: {} },
    PositionalConstraint: 'EXACTLY',
    SearchString,
    TextTransformations: [{ Priority: 0, Type: 'NONE' }],
  },
});
const isReading = { OrStatement: { Statements: ['GET', 'HEAD', 'OPTIONS'].map(isMethod) } };

const tooMany = {
  Block: {
    CustomResponse: {
      ResponseCode: 429,
      CustomResponseBodyKey: 'TooManyRequests',
      ResponseHeaders: [{ Name: 'retry-after', Value: '60' }],
    },
  },
};

describe('The web ACL', () => {
  test('is for CloudFront, in the only region where that takes one from', () => {
    expect(stack.environment).toBe('aws://unknown-account/us-east-1');
    expect(webAcl).toMatchObject({ Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} } });
    expect(stack.outputs).toEqual({ WebAclArn: { Description: expect.any(String), Value: 'WebAcl.Arn' } });
  });

  test('limits what one address asks, and what it writes more closely, in the words of the API', () => {
    const limits = ['RequestsPerAddress', 'WritesPerAddress'].map((name) => [
      ruleOf(name)?.Action,
      ruleOf(name)?.Statement,
    ]);
    const perAddress = { AggregateKeyType: 'IP', EvaluationWindowSec: 300 };
    expect(limits).toEqual([
      [tooMany, { RateBasedStatement: { ...perAddress, Limit: 6_000 } }],
      [
        tooMany,
        {
          RateBasedStatement: {
            ...perAddress,
            Limit: 1_500,
            ScopeDownStatement: { NotStatement: { Statement: isReading } },
          },
        },
      ],
    ]);
    expect(webAcl).toMatchObject({
      CustomResponseBodies: {
        TooManyRequests: { ContentType: 'APPLICATION_JSON', Content: '{"message":"Too Many Requests"}' },
      },
    });
  });

  test('has the rules of AWS look at what reads alone, and lets them count what is right here', () => {
    const groups = Rules.flatMap(({ Statement, OverrideAction }) => {
      const { ManagedRuleGroupStatement: group } = Statement as { ManagedRuleGroupStatement?: Record<string, unknown> };
      return group ? [{ ...group, OverrideAction }] : [];
    });
    const counted = (Name: string) => ({ Name, ActionToUse: { Count: {} } });
    const managed = { VendorName: 'AWS', ScopeDownStatement: isReading, OverrideAction: { None: {} } };
    expect(groups).toEqual([
      {
        ...managed,
        Name: 'AWSManagedRulesCommonRuleSet',
        RuleActionOverrides: [
          counted('GenericLFI_QUERYARGUMENTS'),
          counted('SizeRestrictions_QUERYSTRING'),
          counted('NoUserAgent_HEADER'),
        ],
      },
      { ...managed, Name: 'AWSManagedRulesKnownBadInputsRuleSet', RuleActionOverrides: [] },
    ]);
  });

  test('asks its rules one after the other, the limits first, and keeps no samples of who asked what', () => {
    expect(Rules.map(({ Priority, Name }) => [Priority, Name])).toEqual([
      [0, 'RequestsPerAddress'],
      [1, 'WritesPerAddress'],
      [2, 'AWSManagedRulesCommonRuleSet'],
      [3, 'AWSManagedRulesKnownBadInputsRuleSet'],
    ]);
    const sampled = Rules.filter(
      ({ VisibilityConfig }) => (VisibilityConfig as { SampledRequestsEnabled: boolean }).SampledRequestsEnabled,
    );
    expect(sampled).toEqual([]);
  });
});
