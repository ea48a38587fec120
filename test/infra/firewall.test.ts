import { describe, expect, test } from '@jest/globals';
import { synthesized } from './synthesized.ts';

const stack = await synthesized('TimelineFirewall');
const { Rules, ...webAcl } = stack.propertiesOf('AWS::WAFv2::WebACL').WebAcl as { Rules: Record<string, unknown>[] };
const limited = await synthesized('TimelineFirewall', {
  limits: { allowedAddresses: ['203.0.113.0/24', '2001:db8::/48', '198.51.100.7/32'] },
});
const { Rules: limitedRules } = limited.propertiesOf('AWS::WAFv2::WebACL').WebAcl as {
  Rules: Record<string, unknown>[];
};
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

const isForChanges = {
  ByteMatchStatement: {
    FieldToMatch: { UriPath: {} },
    PositionalConstraint: 'EXACTLY',
    SearchString: '/v1/changes',
    TextTransformations: [{ Priority: 0, Type: 'URL_DECODE' }],
  },
};

const tooMany = {
  Block: {
    CustomResponse: {
      ResponseCode: 429,
      CustomResponseBodyKey: 'TooManyRequests',
      ResponseHeaders: [
        { Name: 'retry-after', Value: '60' },
        { Name: 'access-control-allow-origin', Value: '*' },
        { Name: 'access-control-expose-headers', Value: 'etag, link, retry-after, timeline-truncated' },
      ],
    },
  },
};

describe('The web ACL', () => {
  test('is for CloudFront, in the only region from which CloudFront accepts a web ACL', () => {
    expect(stack.environment).toBe('aws://unknown-account/us-east-1');
    expect(webAcl).toMatchObject({ Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} } });
    expect(stack.outputs).toEqual({ WebAclArn: { Description: expect.any(String), Value: 'WebAcl.Arn' } });
  });

  test('limits the reads of one address to what an office needs, and its writes and its requests for changes more strictly, with the same response as the API', () => {
    const limits = ['ReadsPerAddress', 'ChangesPerAddress', 'WritesPerAddress'].map((name) => [
      ruleOf(name)?.Action,
      ruleOf(name)?.Statement,
    ]);
    const perAddress = { AggregateKeyType: 'IP', EvaluationWindowSec: 300 };
    expect(limits).toEqual([
      [tooMany, { RateBasedStatement: { ...perAddress, Limit: 60_000, ScopeDownStatement: isReading } }],
      [tooMany, { RateBasedStatement: { ...perAddress, Limit: 6_000, ScopeDownStatement: isForChanges } }],
      [
        tooMany,
        {
          RateBasedStatement: {
            ...perAddress,
            Limit: 6_000,
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

  test('does not limit the addresses of the configuration', () => {
    const ofRule = (rule: string) => {
      const found = limitedRules.find(({ Name }) => Name === rule) as {
        Statement: { RateBasedStatement: { ScopeDownStatement: unknown } };
      };
      return found.Statement.RateBasedStatement.ScopeDownStatement;
    };
    const others = ['AllowedIPV4', 'AllowedIPV6'].map((set) => ({
      NotStatement: { Statement: { IPSetReferenceStatement: { Arn: `${set}.Arn` } } },
    }));
    expect(ofRule('ReadsPerAddress')).toEqual({ AndStatement: { Statements: [isReading, ...others] } });
    expect(ofRule('ChangesPerAddress')).toEqual({ AndStatement: { Statements: [isForChanges, ...others] } });
    expect(ofRule('WritesPerAddress')).toEqual({
      AndStatement: { Statements: [{ NotStatement: { Statement: isReading } }, ...others] },
    });
    expect(limited.propertiesOf('AWS::WAFv2::IPSet')).toEqual({
      AllowedIPV4: { Scope: 'CLOUDFRONT', IPAddressVersion: 'IPV4', Addresses: ['203.0.113.0/24', '198.51.100.7/32'] },
      AllowedIPV6: { Scope: 'CLOUDFRONT', IPAddressVersion: 'IPV6', Addresses: ['2001:db8::/48'] },
    });
  });

  test('applies the rules of AWS to reads only, and only counts requests that match rules which valid requests match', () => {
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

  test('applies the limits first, and does not sample requests', () => {
    expect(Rules.map(({ Priority, Name }) => [Priority, Name])).toEqual([
      [0, 'ReadsPerAddress'],
      [1, 'ChangesPerAddress'],
      [2, 'WritesPerAddress'],
      [3, 'AWSManagedRulesCommonRuleSet'],
      [4, 'AWSManagedRulesKnownBadInputsRuleSet'],
    ]);
    const sampled = Rules.filter(
      ({ VisibilityConfig }) => (VisibilityConfig as { SampledRequestsEnabled: boolean }).SampledRequestsEnabled,
    );
    expect(sampled).toEqual([]);
  });
});
