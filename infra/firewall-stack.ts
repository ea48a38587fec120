import { CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';

/** In any five minutes, from one address. */
const requestsPerAddress = 6_000;
const writesPerAddress = 1_500;

type Statement = CfnWebACL.StatementProperty;

const isMethod = (method: string): Statement => ({
  byteMatchStatement: {
    fieldToMatch: { method: {} },
    positionalConstraint: 'EXACTLY',
    searchString: method,
    textTransformations: [{ priority: 0, type: 'NONE' }],
  },
});

const isReading: Statement = { orStatement: { statements: ['GET', 'HEAD', 'OPTIONS'].map(isMethod) } };
const isWriting: Statement = { notStatement: { statement: isReading } };

const tooMany: CfnWebACL.RuleActionProperty = {
  block: {
    // As the API says it where its own limit is passed.
    customResponse: {
      responseCode: 429,
      customResponseBodyKey: 'TooManyRequests',
      responseHeaders: [{ name: 'retry-after', value: '60' }],
    },
  },
};

/** Rules of AWS that what is right here would break: they count what they would have blocked. */
const countedOnly: Readonly<Record<string, readonly string[]>> = {
  AWSManagedRulesCommonRuleSet: [
    // `date=../2020-11-10` is a range with an open start, and no way out of a folder.
    'GenericLFI_QUERYARGUMENTS',
    // Names in other scripts are long once they are percent-encoded, and cursors hold a place in the order.
    'SizeRestrictions_QUERYSTRING',
    // Feed readers and scripts need not introduce themselves.
    'NoUserAgent_HEADER',
  ],
  AWSManagedRulesKnownBadInputsRuleSet: [],
};

type Rule = Omit<CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;

const limit = (name: string, requests: number, scopeDownStatement?: Statement): Rule => ({
  name,
  action: tooMany,
  statement: {
    rateBasedStatement: {
      aggregateKeyType: 'IP',
      evaluationWindowSec: 300,
      limit: requests,
      ...(scopeDownStatement && { scopeDownStatement }),
    },
  },
});

/**
 * A group of rules that AWS keeps. It looks at what reads: what writes needs a key and is checked field by field, up to 1 MB of
 * it, and the text of news may look like anything, an attack too.
 */
const managed = (name: string): Rule => ({
  name,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      scopeDownStatement: isReading,
      ruleActionOverrides: (countedOnly[name] ?? []).map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
});

const visible = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  // Samples hold addresses and queries of readers.
  sampledRequestsEnabled: false,
});

/** What stands before the distribution. CloudFront takes web ACLs from us-east-1 only, wherever the rest is. */
export class FirewallStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, { description: 'Limits what one address may ask of the timeline', env: { region: 'us-east-1' } });
    const rules = [
      limit('RequestsPerAddress', requestsPerAddress),
      limit('WritesPerAddress', writesPerAddress, isWriting),
      ...Object.keys(countedOnly).map(managed),
    ];
    const webAcl = new CfnWebACL(this, 'WebAcl', {
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visible('Timeline'),
      customResponseBodies: {
        TooManyRequests: { contentType: 'APPLICATION_JSON', content: JSON.stringify({ message: 'Too Many Requests' }) },
      },
      rules: rules.map((rule, priority) => ({ ...rule, priority, visibilityConfig: visible(rule.name) })),
    });
    new CfnOutput(this, 'WebAclArn', {
      description: 'For the stack Timeline: npx cdk deploy Timeline --parameters WebAclArn=…',
      value: webAcl.attrArn,
    });
  }
}
