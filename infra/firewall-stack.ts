import { CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnIPSet, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { exposedHeaders } from '../functions/routes.ts';
import type { Settings } from './config/settings.ts';

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

const isForChanges: Statement = {
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: 'EXACTLY',
    searchString: '/v1/changes',
    // Two spellings of a path are one for the API.
    textTransformations: [{ priority: 0, type: 'URL_DECODE' }],
  },
};

const tooMany: CfnWebACL.RuleActionProperty = {
  block: {
    // The same response as that of API Gateway when its own limit is exceeded.
    customResponse: {
      responseCode: 429,
      customResponseBodyKey: 'TooManyRequests',
      // The web ACL responds before the distribution could open the response to pages of other origins.
      responseHeaders: [
        { name: 'retry-after', value: '60' },
        { name: 'access-control-allow-origin', value: '*' },
        { name: 'access-control-expose-headers', value: exposedHeaders.join(', ') },
      ],
    },
  },
};

/** Rules that would block valid requests, by group. They only count requests. */
const countedOnly: Readonly<Record<string, readonly string[]>> = {
  AWSManagedRulesCommonRuleSet: [
    // `date=../2020-11-10` is a range with an open start, not a path out of a folder.
    'GenericLFI_QUERYARGUMENTS',
    // Names in other scripts are long once they are percent-encoded, and cursors contain a place in the order.
    'SizeRestrictions_QUERYSTRING',
    // Feed readers and scripts may leave out User-Agent.
    'NoUserAgent_HEADER',
  ],
  AWSManagedRulesKnownBadInputsRuleSet: [],
};

type Rule = Omit<CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;

/** Limits an address to so many requests in any five minutes. */
const limit = (name: string, requests: number, scopeDownStatement: Statement): Rule => ({
  name,
  action: tooMany,
  statement: {
    rateBasedStatement: {
      aggregateKeyType: 'IP',
      evaluationWindowSec: 300,
      limit: requests,
      scopeDownStatement,
    },
  },
});

/**
 * A group of rules that AWS maintains. It inspects read requests only. Write requests need a key and are validated
 * field by field, and the text of news may look like an attack.
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
  // Samples would contain addresses and queries of readers.
  sampledRequestsEnabled: false,
});

/** The web ACL of the distribution. CloudFront accepts web ACLs from us-east-1 only, wherever the other stack is. */
export class FirewallStack extends Stack {
  constructor(scope: Construct, id: string, { stage, limits }: Settings) {
    super(scope, id, {
      description: 'Limits the requests of one address to the timeline',
      env: { region: 'us-east-1' },
    });
    const { readsPerAddress, changesPerAddress, writesPerAddress, allowedAddresses } = limits;
    const limited = (statement: Statement) => this.#unlessAllowed(statement, allowedAddresses);
    const rules = [
      limit('ReadsPerAddress', readsPerAddress, limited(isReading)),
      limit('ChangesPerAddress', changesPerAddress, limited(isForChanges)),
      limit('WritesPerAddress', writesPerAddress, limited(isWriting)),
      ...Object.keys(countedOnly).map(managed),
    ];
    const webAcl = new CfnWebACL(this, 'WebAcl', {
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visible(`Timeline-${stage}`),
      customResponseBodies: {
        TooManyRequests: { contentType: 'APPLICATION_JSON', content: JSON.stringify({ message: 'Too Many Requests' }) },
      },
      rules: rules.map((rule, priority) => ({ ...rule, priority, visibilityConfig: visible(rule.name) })),
    });
    new CfnOutput(this, 'WebAclArn', {
      description: `For timeline.config.ts: webAclArn of the stage ${stage}`,
      value: webAcl.attrArn,
    });
  }

  /**
   * Matches what a statement matches, from other addresses than these. A set of addresses has those of one version of
   * IP.
   */
  #unlessAllowed(statement: Statement, allowed: readonly string[]): Statement {
    const versions = [
      ['IPV4', allowed.filter((range) => !range.includes(':'))],
      ['IPV6', allowed.filter((range) => range.includes(':'))],
    ] as const;
    const others = versions.flatMap(([ipAddressVersion, addresses]): Statement[] => {
      if (addresses.length === 0) return [];
      const set = this.#allowed(ipAddressVersion, addresses);
      return [{ notStatement: { statement: { ipSetReferenceStatement: { arn: set.attrArn } } } }];
    });
    return others.length === 0 ? statement : { andStatement: { statements: [statement, ...others] } };
  }

  #allowed(ipAddressVersion: 'IPV4' | 'IPV6', addresses: readonly string[]): CfnIPSet {
    const id = `Allowed${ipAddressVersion}`;
    const made = this.node.tryFindChild(id);
    if (made instanceof CfnIPSet) return made;
    return new CfnIPSet(this, id, { scope: 'CLOUDFRONT', ipAddressVersion, addresses: [...addresses] });
  }
}
