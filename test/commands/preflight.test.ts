import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  DescribeTypeCommand,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';
import { CloudFrontClient, ListDistributionsCommand } from '@aws-sdk/client-cloudfront';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { checkAccount } from '../../commands/preflight/check-account.ts';
import { type PlannedStage, readPlannedStage } from '../../commands/preflight/planned-stage.ts';
import { configuredStacks } from '../support/stack/synthesized-stack.ts';
import { runTimeline, withEnvironment } from './support/run-timeline.ts';

const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b-2c3d';
const webAclArn = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/Timeline/0a1b';
const topicArn = 'arn:aws:sns:eu-west-1:123456789012:desk';
const domain = { name: 'timeline.example.org', certificateArn };

const sts = mockClient(STSClient);
const ssm = mockClient(SSMClient);
const lambda = mockClient(LambdaClient);
const cloudFront = mockClient(CloudFrontClient);
const acm = mockClient(ACMClient);
const cloudFormation = mockClient(CloudFormationClient);

const planned: PlannedStage = {
  stage: 'production',
  reservedExecutions: 486,
  bootstrapVersion: 6,
  hasFirewall: true,
  webAclArn,
  deletionProtection: true,
  hasBudget: false,
  hasAlarmReceiver: true,
  domain,
};

const failure = (name: string, message = 'no') => Object.assign(new Error(message), { name });
const noStack = failure('ValidationError', 'Stack with id Timeline-production does not exist');
const stackOf = (StackName: string, StackStatus: StackStatus, OutputKey = 'EventLogTable') => ({
  Stacks: [{ StackName, StackStatus, CreationTime: new Date(0), Outputs: [{ OutputKey, OutputValue: 'EventLog-1' }] }],
});
const refusal = (name: string, message: string) =>
  Object.assign(failure(name, message), { $fault: 'client', $metadata: { httpStatusCode: 403 } });

/** An account in which the stage is deployed and all is well. */
beforeEach(() => {
  for (const client of [sts, ssm, lambda, cloudFront, acm, cloudFormation]) client.reset();
  sts
    .on(GetCallerIdentityCommand)
    .resolves({ Account: '123456789012', Arn: 'arn:aws:sts::123456789012:assumed-role/deploy/ci' });
  ssm.on(GetParameterCommand, { Name: '/cdk-bootstrap/hnb659fds/version' }).resolves({ Parameter: { Value: '30' } });
  lambda
    .on(GetAccountSettingsCommand)
    .resolves({ AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 514 } });
  cloudFront.on(ListDistributionsCommand).resolves({
    DistributionList: { Marker: '', MaxItems: 1, IsTruncated: false, Quantity: 1, Items: [{} as never] },
  });
  acm
    .on(DescribeCertificateCommand, { CertificateArn: certificateArn })
    .resolves({ Certificate: { Status: 'ISSUED', SubjectAlternativeNames: ['example.org', '*.example.org'] } });
  cloudFormation
    .on(DescribeStacksCommand, { StackName: 'Timeline-production' })
    .resolves(stackOf('Timeline-production', 'UPDATE_COMPLETE'))
    .on(DescribeStacksCommand, { StackName: 'TimelineFirewall-production' })
    .resolves({
      Stacks: [
        {
          StackName: 'TimelineFirewall-production',
          StackStatus: 'CREATE_COMPLETE',
          CreationTime: new Date(0),
          Outputs: [{ OutputKey: 'WebAclArn', OutputValue: webAclArn }],
        },
      ],
    });
});

const inRegion = (region = 'eu-west-1') => ({ AWS_REGION: region, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' });
const lines = async (changes: Partial<PlannedStage> = {}, region?: string) =>
  (await withEnvironment(inRegion(), () => checkAccount({ ...planned, ...changes }, region))).map(
    ({ state, sentence }) => `${state} ${sentence}`,
  );

const well = {
  identity: 'ok The account is 123456789012, as arn:aws:sts::123456789012:assumed-role/deploy/ci.',
  region: 'ok The region is eu-west-1.',
  bootstrap: 'ok eu-west-1 is bootstrapped, version 30.',
  edgeBootstrap: 'ok us-east-1 is bootstrapped, version 30.',
  quota: 'ok The account may run 1000 functions at a time. This stage reserves 486, and AWS keeps 100.',
  cloudFront: 'ok The account has CloudFront distributions, so AWS has verified it.',
  certificate: 'ok The certificate of timeline.example.org is issued.',
  webAcl: 'ok The web ACL is deployed and configured.',
  alarms: 'ok Alarms are sent to the address or the topic of the settings.',
  stack: 'ok The stack Timeline-production is UPDATE_COMPLETE, and its tables are protected.',
};
const unheard = (stage: string) =>
  `look Alarms are sent to a topic of the stack. Set alarms.email or alarms.topicArn, or subscribe to the topic in the output AlarmTopic of Timeline-${stage}: otherwise nobody hears of them.`;
const wellExcept = (changes: Partial<typeof well>) => Object.values({ ...well, ...changes });

describe('The checks of an account', () => {
  test('are all well for a stage that is deployed', async () => {
    expect(await lines()).toEqual(wellExcept({}));
  });

  test('ask for one bootstrap if the stage is in the region of its web ACL', async () => {
    const { edgeBootstrap, ...here } = well;
    expect(await lines({}, 'us-east-1')).toEqual(
      Object.values({
        ...here,
        region: 'ok The region is us-east-1.',
        bootstrap: edgeBootstrap,
      }),
    );
  });

  test('leave out the web ACL and its region for a stage without one, and the certificate without a domain', async () => {
    const { edgeBootstrap, certificate, webAcl, ...here } = well;
    const { domain: named, ...nameless } = planned;
    const findings = await withEnvironment(inRegion(), () =>
      checkAccount({ ...nameless, hasFirewall: false, reservedExecutions: 0 }),
    );
    expect(findings.map(({ state, sentence }) => `${state} ${sentence}`)).toEqual(
      Object.values({ ...here, quota: 'ok The account may run 1000 functions at a time.' }),
    );
  });

  test('say what to do in a new account, in which nothing is prepared', async () => {
    ssm.on(GetParameterCommand).rejects(failure('ParameterNotFound'));
    lambda
      .on(GetAccountSettingsCommand)
      .resolves({ AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 } });
    cloudFront.on(ListDistributionsCommand).resolves({ DistributionList: { Quantity: 0 } as never });
    acm.on(DescribeCertificateCommand).rejects(failure('ResourceNotFoundException'));
    cloudFormation.on(DescribeStacksCommand).rejects(noStack);
    expect(await lines({ webAclArn: null, deletionProtection: false })).toEqual([
      well.identity,
      well.region,
      'fix eu-west-1 is not bootstrapped. Run: npx cdk bootstrap aws://123456789012/eu-west-1',
      'fix us-east-1 is not bootstrapped. Run: npx cdk bootstrap aws://123456789012/us-east-1',
      'fix The account may run 10 functions at a time. This stage needs 586: it reserves 486, and AWS keeps 100. Ask for 1000 in Service Quotas ("Concurrent executions" of AWS Lambda), or set reserveConcurrency: false.',
      'look The account has no CloudFront distribution. Whether AWS has verified it cannot be asked. If the deployment fails with "Your account must be verified", open a case with AWS Support ("account verification for CloudFront") and deploy again.',
      `fix There is no certificate ${certificateArn} in this account. Request one for timeline.example.org in us-east-1.`,
      'fix The web ACL is not deployed. Run: npx cdk deploy TimelineFirewall-production',
      well.alarms,
      'ok The stack Timeline-production is not deployed yet.',
    ]);
  });

  test('count what other functions of the account reserve, until the stage itself is deployed', async () => {
    const AccountLimit = { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 585 };
    lambda.on(GetAccountSettingsCommand).resolves({ AccountLimit });
    expect(await lines()).toEqual(wellExcept({}));
    cloudFormation.on(DescribeStacksCommand, { StackName: 'Timeline-production' }).rejects(noStack);
    expect(await lines({ deletionProtection: false })).toEqual(
      wellExcept({
        quota:
          'fix The account may run 1000 functions at a time, of which other functions reserve 415. This stage needs 586: it reserves 486, and AWS keeps 100. Ask for 1000 in Service Quotas ("Concurrent executions" of AWS Lambda), or set reserveConcurrency: false.',
        stack: 'ok The stack Timeline-production is not deployed yet.',
      }),
    );
  });

  test('say that reads can delay writes if nothing is reserved in a small account', async () => {
    lambda.on(GetAccountSettingsCommand).resolves({ AccountLimit: { ConcurrentExecutions: 10 } });
    expect(await lines({ reservedExecutions: 0 })).toEqual(
      wellExcept({
        quota:
          'look The account may run 10 functions at a time, and none are reserved: reads can delay writes. Ask for 1000 in Service Quotas ("Concurrent executions" of AWS Lambda).',
      }),
    );
  });

  test('refuse a bootstrap that is too old', async () => {
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: '5' } });
    const sentence = (region: string) =>
      `fix The bootstrap of ${region} has version 5, and version 6 is needed. Run: npx cdk bootstrap aws://123456789012/${region}`;
    expect(await lines()).toEqual(
      wellExcept({ bootstrap: sentence('eu-west-1'), edgeBootstrap: sentence('us-east-1') }),
    );
  });

  test.each([
    [
      { Status: 'PENDING_VALIDATION', SubjectAlternativeNames: ['timeline.example.org'] },
      'fix The certificate of timeline.example.org is not issued: its status is PENDING_VALIDATION. Add the DNS record that ACM shows.',
    ],
    [
      { Status: 'EXPIRED', SubjectAlternativeNames: ['timeline.example.org'] },
      'fix The certificate of timeline.example.org is not issued: its status is EXPIRED. Request another one.',
    ],
    [
      { Status: 'ISSUED', SubjectAlternativeNames: ['example.org', '*.timeline.example.org', '*.org'] },
      'fix The certificate of timeline.example.org is for example.org, *.timeline.example.org, *.org. Request one in us-east-1 that covers timeline.example.org.',
    ],
  ] as const)('refuse a certificate that is not issued or of another name: %j', async (Certificate, certificate) => {
    const { SubjectAlternativeNames, Status } = Certificate;
    acm
      .on(DescribeCertificateCommand)
      .resolves({ Certificate: { Status, SubjectAlternativeNames: [...SubjectAlternativeNames] } });
    expect(await lines()).toEqual(wellExcept({ certificate }));
  });

  test.each(['PENDING_VALIDATION', 'FAILED'] as const)(
    'refuse a certificate whose renewal is %s, before it ends',
    async (RenewalStatus) => {
      acm.on(DescribeCertificateCommand).resolves({
        Certificate: {
          Status: 'ISSUED',
          SubjectAlternativeNames: ['timeline.example.org'],
          NotAfter: new Date('2027-01-31T23:59:59Z'),
          RenewalSummary: { RenewalStatus, DomainValidationOptions: [], UpdatedAt: new Date(0) },
        },
      });
      expect(await lines()).toEqual(
        wellExcept({
          certificate:
            'fix AWS cannot renew the certificate of timeline.example.org, which ends on 2027-01-31. Add the DNS record that ACM shows.',
        }),
      );
    },
  );

  test('refuse a topic of alarms in another region', async () => {
    const alarmTopicArn = 'arn:aws:sns:us-east-1:123456789012:desk';
    expect(await lines({ alarmTopicArn })).toEqual(
      wellExcept({
        alarms:
          'fix The topic of alarms.topicArn is in us-east-1. CloudWatch sends alarms only to a topic in their own region: make one in eu-west-1.',
      }),
    );
    expect(await lines({ alarmTopicArn: alarmTopicArn.replace('us-east-1', 'eu-west-1') })).toEqual(wellExcept({}));
  });

  test('give the web ACL that is deployed but not configured', async () => {
    expect(await lines({ webAclArn: null })).toEqual(
      wellExcept({ webAcl: `fix The web ACL is deployed, but not configured. Set webAclArn: '${webAclArn}'` }),
    );
  });

  test('refuse another web ACL than the one that is deployed', async () => {
    const other = webAclArn.replace('123456789012', '999999999999');
    expect(await lines({ webAclArn: other })).toEqual(
      wellExcept({
        webAcl: `fix Another web ACL is configured, ${other}, than TimelineFirewall-production has. Set webAclArn: '${webAclArn}'`,
      }),
    );
  });

  test('refuse a budget in a region in which CloudFormation makes none', async () => {
    const budgets = cloudFormation.on(DescribeTypeCommand, { Type: 'RESOURCE', TypeName: 'AWS::Budgets::Budget' });
    const { webAcl, alarms, stack, ...before } = well;
    const withBudget = (budget: string) => Object.values({ ...before, budget, webAcl, alarms, stack });
    budgets.resolves({});
    expect(await lines({ hasBudget: true })).toEqual(withBudget('ok CloudFormation makes budgets in eu-west-1.'));
    budgets.rejects(failure('TypeNotFoundException'));
    expect(await lines({ hasBudget: true })).toEqual(
      withBudget(
        'fix CloudFormation makes no budgets in eu-west-1, and would refuse the stack. Remove the setting budget, and make one in the console of AWS Budgets.',
      ),
    );
  });

  test('refuse to deploy over a stack of another system', async () => {
    const foreign = stackOf('Timeline-production', 'UPDATE_COMPLETE', 'BucketName');
    cloudFormation.on(DescribeStacksCommand, { StackName: 'Timeline-production' }).resolves(foreign);
    expect(await lines()).toEqual(
      wellExcept({
        stack:
          'fix The stack Timeline-production is UPDATE_COMPLETE, and is not one of this system: it has no output EventLogTable. A deployment would delete what it has. Name the stage otherwise.',
      }),
    );
  });

  test.each([
    ['REVIEW_IN_PROGRESS', false, 'ok The stack Timeline-production is not deployed yet.'],
    ...(['CREATE_FAILED', 'UPDATE_FAILED', 'UPDATE_ROLLBACK_FAILED'] as const).map(
      (status) =>
        [
          status,
          true,
          `fix The stack Timeline-production is ${status}. Read its events in CloudFormation, fix the cause, and run: npx cdk rollback Timeline-production`,
        ] as const,
    ),
    ...(['CREATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'] as const).map(
      (status) =>
        [
          status,
          false,
          `fix The stack Timeline-production is ${status}. Wait until that has ended, and ask again.`,
        ] as const,
    ),
    [
      'ROLLBACK_COMPLETE',
      false,
      'ok The stack Timeline-production is not deployed yet: the last attempt was rolled back.',
    ],
    [
      'ROLLBACK_COMPLETE',
      true,
      'fix The stack Timeline-production is not deployed yet, and deletionProtection is set. Remove it until the first deployment has succeeded: a failed one could not delete its tables.',
    ],
    [
      'ROLLBACK_FAILED',
      true,
      'fix The stack Timeline-production is ROLLBACK_FAILED. Turn the deletion protection of its tables off, delete the stack and then the tables, and deploy without deletionProtection first.',
    ],
    [
      'UPDATE_COMPLETE',
      false,
      'fix The stack Timeline-production is UPDATE_COMPLETE, and its tables can be deleted. Set deletionProtection: true.',
    ],
  ] as const)(
    'say what to do with a stack that is %s, with deletionProtection %s',
    async (status, deletionProtection, stack) => {
      cloudFormation
        .on(DescribeStacksCommand, { StackName: 'Timeline-production' })
        .resolves(stackOf('Timeline-production', status));
      // Before the first deployment, nothing of the stage is among the reserved executions.
      lambda.on(GetAccountSettingsCommand).resolves({ AccountLimit: { ConcurrentExecutions: 1000 } });
      expect(await lines({ deletionProtection })).toEqual(wellExcept({ stack }));
    },
  );

  test('ask to look where the credentials may not read, and check the rest', async () => {
    const denied = failure('AccessDeniedException', 'not authorized');
    ssm.on(GetParameterCommand).rejects(denied);
    lambda.on(GetAccountSettingsCommand).rejects(denied);
    cloudFront.on(ListDistributionsCommand).rejects(denied);
    acm.on(DescribeCertificateCommand).rejects(denied);
    cloudFormation.on(DescribeStacksCommand).rejects(denied);
    const unread = (what: string) =>
      `look ${what} could not be read (AccessDeniedException: not authorized). Look yourself, or use credentials that may read it.`;
    expect(await lines()).toEqual([
      well.identity,
      well.region,
      unread('The bootstrap of eu-west-1'),
      unread('The bootstrap of us-east-1'),
      unread('The quota of concurrent executions'),
      unread('The list of CloudFront distributions'),
      unread('The certificate of timeline.example.org'),
      unread('The web ACL'),
      well.alarms,
      unread('The stack Timeline-production'),
    ]);
  });

  test.each([
    [
      'there is no such profile',
      failure('CredentialsProviderError', 'Could not resolve credentials using profile: [desk]'),
      'fix There are no AWS credentials (CredentialsProviderError: Could not resolve credentials using profile: [desk]). Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    ],
    [
      'a session has ended',
      failure('TokenProviderError', "Token is expired. To refresh this SSO session run 'aws sso login'."),
      "fix There are no AWS credentials (TokenProviderError: Token is expired. To refresh this SSO session run 'aws sso login'). Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    ],
    [
      'a token has expired',
      refusal('ExpiredToken', 'The security token has expired'),
      'fix AWS does not accept these credentials in eu-west-1 (ExpiredToken: The security token has expired). Renew them.',
    ],
    [
      'there is no such region',
      failure('Error', 'getaddrinfo ENOTFOUND sts.mars-north-1.amazonaws.com'),
      'fix AWS does not answer in eu-west-1 (Error: getaddrinfo ENOTFOUND sts.mars-north-1.amazonaws.com). Look whether there is such a region, and at the network.',
    ],
    [
      'a proxy answers',
      failure('Error', 'XML parse error: unexpected content.\n  Deserialization error: to see the raw response, …'),
      'fix AWS does not answer in eu-west-1 (Error: XML parse error: unexpected content). Look whether there is such a region, and at the network.',
    ],
  ])('end at once, and say what to do, if %s', async (_case, error, identity) => {
    sts.on(GetCallerIdentityCommand).rejects(error);
    expect(await lines()).toEqual([identity]);
  });

  test('end at once if what answers is not AWS', async () => {
    sts.on(GetCallerIdentityCommand).resolves({});
    expect(await lines()).toEqual([
      'fix What answers in eu-west-1 is not AWS. Look at the network, and at AWS_ENDPOINT_URL.',
    ]);
  });

  test.each([
    ['aws-cn', 'cn-north-1'],
    ['aws-us-gov', 'us-gov-west-1'],
  ])('refuse the partition %s, in which the stack cannot be deployed', async (partition, region) => {
    const Arn = `arn:${partition}:iam::123456789012:user/desk`;
    sts.on(GetCallerIdentityCommand).resolves({ Account: '123456789012', Arn });
    expect(await lines({}, region)).toEqual([
      `ok The account is 123456789012, as ${Arn}.`,
      `fix The region ${region} is in the partition ${partition}. The content delivery network, its certificate and its web ACL are in the partition aws only. Choose a region there.`,
    ]);
  });
});

describe('npx timeline preflight', () => {
  const folder = () => configuredStacks({ stages: { production: {}, staging: { profile: 'small' } } });
  const preflight = async (...options: string[]) =>
    withEnvironment(inRegion(), async () => runTimeline(['preflight', '--synthesized', await folder(), ...options]));

  test('prints a line for each check of the stage, and fails if something must be fixed', async () => {
    const printed = (line: string) => line.replace(/^(\w+) /, (_match, state: string) => `${state.padEnd(4)}  `);
    expect(await preflight('--stage', 'production')).toEqual({
      code: 1,
      output: `${[
        well.identity,
        well.region,
        well.bootstrap,
        well.edgeBootstrap,
        well.quota.replace('486', '522'),
        well.cloudFront,
        `fix The web ACL is deployed, but not configured. Set webAclArn: '${webAclArn}'`,
        unheard('production'),
        'fix The stack Timeline-production is UPDATE_COMPLETE, and its tables can be deleted. Set deletionProtection: true.',
      ]
        .map(printed)
        .join('\n')}\n`,
      errors: '',
    });
    cloudFormation.on(DescribeStacksCommand, { StackName: 'Timeline-staging' }).rejects(noStack);
    expect(await preflight('--stage', 'staging', '--region', 'eu-central-1')).toEqual({
      code: 0,
      output: `${[
        well.identity,
        'ok The region is eu-central-1.',
        'ok eu-central-1 is bootstrapped, version 30.',
        'ok The account may run 1000 functions at a time.',
        well.cloudFront,
        unheard('staging'),
        'ok The stack Timeline-staging is not deployed yet.',
      ]
        .map(printed)
        .join('\n')}\n`,
      errors: '',
    });
  });

  test('refuses what is no region, before anything is asked', async () => {
    expect(await preflight('--region', 'mars')).toEqual({
      code: 2,
      output: '',
      errors:
        "error: option '--region <region>' argument 'mars' is invalid. It must be a region such as eu-central-1.\nFor help: npx timeline preflight --help\n",
    });
  });

  test('refuses a stage that is not configured, and asks for one if there are several', async () => {
    expect(await preflight('--stage', 'test')).toEqual({
      code: 1,
      output: '',
      errors: 'There is no stage test. timeline.config.ts has: production, staging.\n',
    });
    expect(await preflight()).toEqual({
      code: 1,
      output: '',
      errors: 'Name a stage: timeline.config.ts has: production, staging.\n',
    });
  });

  test.each([
    [{}, { hasAlarmReceiver: false, alarmTopicArn: undefined }],
    [{ email: 'desk@example.org' }, { hasAlarmReceiver: true, alarmTopicArn: undefined }],
    [{ topicArn }, { hasAlarmReceiver: true, alarmTopicArn: topicArn }],
  ])('reads from the template who gets the alarms: %j', async (alarms, expected) => {
    const folder = await configuredStacks({ stages: { local: { profile: 'small', alarms } } });
    const { hasAlarmReceiver, alarmTopicArn } = await readPlannedStage(folder);
    expect({ hasAlarmReceiver, alarmTopicArn }).toEqual(expected);
  });

  test('reads from the template whether there is a budget', async () => {
    const budget = { usdPerMonth: 20, email: 'desk@example.org' };
    const read = async (settings: object) =>
      (await readPlannedStage(await configuredStacks({ stages: { local: { profile: 'small', ...settings } } })))
        .hasBudget;
    expect([await read({ budget }), await read({})]).toEqual([true, false]);
  });

  test('reads the web ACL from the template, if it is configured', async () => {
    const read = async (settings: object) =>
      (await readPlannedStage(await configuredStacks({ stages: { local: settings } }))).webAclArn;
    expect([await read({ webAclArn }), await read({ profile: 'small' })]).toEqual([webAclArn, null]);
  });

  test('reads the domain and its certificate from the template', async () => {
    const named = await configuredStacks({ stages: { local: { domain } } });
    expect((await readPlannedStage(named)).domain).toEqual(domain);
  });
});
