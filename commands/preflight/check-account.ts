import type { ACMClient } from '@aws-sdk/client-acm';
import type { Stack } from '@aws-sdk/client-cloudformation';
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import { awsClient } from '../../functions/lib/runtime/aws-client.ts';
import { checkBudget, checkFirewall, checkStack, describeStack, isThere } from './check-stack.ts';
import { type Finding, fix, look, ok } from './finding.ts';
import type { PlannedStage } from './planned-stage.ts';

/**
 * What AWS keeps for functions that reserve no executions.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
const unreservedExecutions = 100;
/** The usual quota of an account. */
const usualExecutions = 1_000;
/** CloudFront reads web ACLs and certificates there only. */
const edgeRegion = 'us-east-1';
const bootstrapParameter = '/cdk-bootstrap/hnb659fds/version';

/** The SDK loads slowly. Commands that do not need these clients do without them. */
const sdk = {
  acm: () => import('@aws-sdk/client-acm'),
  cloudFormation: () => import('@aws-sdk/client-cloudformation'),
  cloudFront: () => import('@aws-sdk/client-cloudfront'),
  lambda: () => import('@aws-sdk/client-lambda'),
  ssm: () => import('@aws-sdk/client-ssm'),
  sts: () => import('@aws-sdk/client-sts'),
};

const errorName = (error: unknown) => (error instanceof Error ? error.name : '');

/** What an error says, on one line: the SDK adds lines for programmers. */
const saidBy = (error: unknown) => {
  const { name, message } = error as Error;
  return `${name}: ${message.split('\n', 1)[0]}`.replace(/\.$/, '');
};

/**
 * Whether AWS refuses the request. Every other error is one of a network, of a proxy, or of a region that does not
 * exist.
 */
function isRefusal(error: unknown): boolean {
  const { $fault, $metadata } = error as { $fault?: string; $metadata?: { httpStatusCode?: number } };
  const { httpStatusCode: status = 0 } = $metadata ?? {};
  return $fault !== undefined && status >= 400 && status < 500;
}

/** The finding of a check, or what to do if the account does not answer it. */
async function asked(what: string, check: () => Promise<Finding | readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    return [look(`${what} could not be read (${saidBy(error)}). Look yourself, or use credentials that may read it.`)];
  }
}

function identityFault(error: unknown, region: string): Finding {
  const said = saidBy(error);
  if (/^(CredentialsProviderError|TokenProviderError)$/.test(errorName(error))) {
    return fix(
      `There are no AWS credentials (${said}). Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
    );
  }
  if (isRefusal(error)) return fix(`AWS does not accept these credentials in ${region} (${said}). Renew them.`);
  return fix(`AWS does not answer in ${region} (${said}). Look whether there is such a region, and at the network.`);
}

async function checkIdentity(
  client: STSClient,
  region: string,
): Promise<{ account?: string; findings: readonly Finding[] }> {
  const { GetCallerIdentityCommand } = await sdk.sts();
  try {
    const { Account, Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
    if (Account === undefined) {
      return { findings: [fix(`What answers in ${region} is not AWS. Look at the network, and at AWS_ENDPOINT_URL.`)] };
    }
    const is = ok(`The account is ${Account}, as ${Arn}.`);
    const [, partition] = Arn.split(':');
    if (partition === 'aws') return { account: Account, findings: [is, ok(`The region is ${region}.`)] };
    const why = 'The content delivery network, its certificate and its web ACL are in the partition aws only';
    return {
      findings: [is, fix(`The region ${region} is in the partition ${partition}. ${why}. Choose a region there.`)],
    };
  } catch (error) {
    return { findings: [identityFault(error, region)] };
  }
}

async function checkBootstrap(client: SSMClient, place: string, region: string, needed: number): Promise<Finding> {
  const { GetParameterCommand } = await sdk.ssm();
  const todo = `Run: npx cdk bootstrap ${place}`;
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: bootstrapParameter }));
    const version = Number(Parameter?.Value);
    if (version >= needed) return ok(`${region} is bootstrapped, version ${version}.`);
    return fix(`The bootstrap of ${region} has version ${version}, and version ${needed} is needed. ${todo}`);
  } catch (error) {
    if (errorName(error) === 'ParameterNotFound') return fix(`${region} is not bootstrapped. ${todo}`);
    throw error;
  }
}

/** @param isDeployed whether the stack exists, so that its own executions are among the reserved ones */
async function checkConcurrency(client: LambdaClient, reserved: number, isDeployed: boolean): Promise<Finding> {
  const { GetAccountSettingsCommand } = await sdk.lambda();
  const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
  const { ConcurrentExecutions: quota = 0, UnreservedConcurrentExecutions: unreserved = quota } = AccountLimit ?? {};
  const free = isDeployed ? quota : unreserved;
  const needed = reserved + unreservedExecutions;
  const have = `The account may run ${quota} functions at a time`;
  const raise = `Ask for ${usualExecutions} in Service Quotas ("Concurrent executions" of AWS Lambda)`;
  if (reserved === 0) {
    return quota < usualExecutions
      ? look(`${have}, and none are reserved: reads can delay writes. ${raise}.`)
      : ok(`${have}.`);
  }
  if (free >= needed) return ok(`${have}. This stage reserves ${reserved}, and AWS keeps ${unreservedExecutions}.`);
  const others = free < quota ? `, of which other functions reserve ${quota - free}` : '';
  return fix(
    `${have}${others}. This stage needs ${needed}: it reserves ${reserved}, and AWS keeps ${unreservedExecutions}. ${raise}, or set reserveConcurrency: false.`,
  );
}

async function checkCloudFront(client: CloudFrontClient): Promise<Finding> {
  const { ListDistributionsCommand } = await sdk.cloudFront();
  const { DistributionList } = await client.send(new ListDistributionsCommand({ MaxItems: 1 }));
  if ((DistributionList?.Items?.length ?? 0) > 0)
    return ok('The account has CloudFront distributions, so AWS has verified it.');
  return look(
    'The account has no CloudFront distribution. Whether AWS has verified it cannot be asked. If the deployment fails with "Your account must be verified", open a case with AWS Support ("account verification for CloudFront") and deploy again.',
  );
}

/** Whether the name of a certificate, such as `*.example.org`, is that of a host. A star covers one label. */
const covers = (certified: string, host: string) =>
  certified === host || (certified.startsWith('*.') && host.slice(host.indexOf('.')) === certified.slice(1));

/** The states of a renewal that waits for somebody. */
const unrenewed: readonly (string | undefined)[] = ['PENDING_VALIDATION', 'FAILED'];

async function checkCertificate(client: ACMClient, { name, certificateArn }: NonNullable<PlannedStage['domain']>) {
  const { DescribeCertificateCommand } = await sdk.acm();
  try {
    const { Certificate } = await client.send(new DescribeCertificateCommand({ CertificateArn: certificateArn }));
    const { Status, SubjectAlternativeNames: names = [], RenewalSummary, NotAfter } = Certificate ?? {};
    if (!names.some((certified) => covers(certified, name))) {
      return fix(
        `The certificate of ${name} is for ${names.join(', ')}. Request one in ${edgeRegion} that covers ${name}.`,
      );
    }
    if (Status === 'ISSUED' && unrenewed.includes(RenewalSummary?.RenewalStatus)) {
      return fix(
        `AWS cannot renew the certificate of ${name}, which ends on ${NotAfter?.toISOString().slice(0, 10)}. Add the DNS record that ACM shows.`,
      );
    }
    if (Status === 'ISSUED') return ok(`The certificate of ${name} is issued.`);
    const todo = Status === 'PENDING_VALIDATION' ? 'Add the DNS record that ACM shows.' : 'Request another one.';
    return fix(`The certificate of ${name} is not issued: its status is ${Status}. ${todo}`);
  } catch (error) {
    if (errorName(error) !== 'ResourceNotFoundException') throw error;
    return fix(`There is no certificate ${certificateArn} in this account. Request one for ${name} in ${edgeRegion}.`);
  }
}

/** Whether a person has confirmed the subscription, the template cannot say. */
function checkAlarms({ stage, hasAlarmReceiver, alarmTopicArn }: PlannedStage, region: string): Finding {
  const regionOfTopic = alarmTopicArn?.split(':')[3];
  if (regionOfTopic !== undefined && regionOfTopic !== region) {
    return fix(
      `The topic of alarms.topicArn is in ${regionOfTopic}. CloudWatch sends alarms only to a topic in their own region: make one in ${region}.`,
    );
  }
  if (hasAlarmReceiver) return ok('Alarms are sent to the address or the topic of the settings.');
  return look(
    `Alarms are sent to a topic of the stack. Set alarms.email or alarms.topicArn, or subscribe to the topic in the output AlarmTopic of Timeline-${stage}: otherwise nobody hears of them.`,
  );
}

/**
 * Asks the account whether a stage can be deployed to it. It only reads.
 *
 * @param region where the stage is to be deployed. Default: that of the environment
 */
export async function checkAccount(planned: PlannedStage, region?: string): Promise<readonly Finding[]> {
  const [
    { ACMClient },
    { CloudFormationClient },
    { CloudFrontClient },
    { LambdaClient },
    { SSMClient },
    { STSClient },
  ] = await Promise.all([sdk.acm(), sdk.cloudFormation(), sdk.cloudFront(), sdk.lambda(), sdk.ssm(), sdk.sts()]);
  const here = region === undefined ? {} : { region };
  const sts = awsClient(STSClient, here);
  const place = await sts.config.region().catch(() => undefined);
  if (place === undefined) return [fix('There is no AWS region. Set AWS_REGION.')];
  const { account, findings: first } = await checkIdentity(sts, place);
  if (account === undefined) return first;

  const edge = { region: edgeRegion };
  const { stage, reservedExecutions, bootstrapVersion, hasFirewall, hasBudget, domain } = planned;
  let stack: Stack | undefined;
  const stackFindings = await asked(`The stack Timeline-${stage}`, async () => {
    stack = await describeStack(awsClient(CloudFormationClient, here), `Timeline-${stage}`);
    return checkStack(stack, planned);
  });
  const isDeployed = isThere(stack);
  const bootstrap = (where: string) =>
    asked(`The bootstrap of ${where}`, () =>
      checkBootstrap(awsClient(SSMClient, { region: where }), `aws://${account}/${where}`, where, bootstrapVersion),
    );
  const others = await Promise.all([
    bootstrap(place),
    ...(hasFirewall && place !== edgeRegion ? [bootstrap(edgeRegion)] : []),
    asked('The quota of concurrent executions', () =>
      checkConcurrency(awsClient(LambdaClient, here), reservedExecutions, isDeployed),
    ),
    asked('The list of CloudFront distributions', () => checkCloudFront(awsClient(CloudFrontClient, edge))),
    ...(domain
      ? [asked(`The certificate of ${domain.name}`, () => checkCertificate(awsClient(ACMClient, edge), domain))]
      : []),
    ...(hasBudget ? [asked('The budget', () => checkBudget(awsClient(CloudFormationClient, here), place))] : []),
    ...(hasFirewall ? [asked('The web ACL', () => checkFirewall(awsClient(CloudFormationClient, edge), planned))] : []),
  ]);
  return [...first, ...others.flat(), checkAlarms(planned, place), ...stackFindings];
}
