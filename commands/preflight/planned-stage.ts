import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailure } from '../terminal/cli.ts';

/** What a deployment of one stage needs of the account, as the synthesized templates say it. */
export interface PlannedStage {
  readonly stage: string;
  /** Executions that functions reserve. */
  readonly reservedExecutions: number;
  /** The version that the bootstrap of the account must have at least. */
  readonly bootstrapVersion: number;
  /** Whether the stage has a web ACL, whose stack is in us-east-1. */
  readonly hasFirewall: boolean;
  /** The web ACL that is configured; null if none is, or not yet. */
  readonly webAclArn: string | null;
  readonly deletionProtection: boolean;
  /** Whether the stack has a budget, which CloudFormation does not make in every region. */
  readonly hasBudget: boolean;
  /**
   * Whether alarms go to an e-mail address or to a topic of the operator, and not only to a topic that nobody may have
   * subscribed to.
   */
  readonly hasAlarmReceiver: boolean;
  /** The topic of the operator that alarms are sent to, if there is one. */
  readonly alarmTopicArn?: string;
  readonly domain?: { readonly name: string; readonly certificateArn: string };
}

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Properties }>>;
}

interface Properties {
  readonly ReservedConcurrentExecutions?: number;
  readonly DeletionProtectionEnabled?: boolean;
  readonly AlarmActions?: readonly unknown[];
  readonly DistributionConfig?: {
    readonly Aliases?: readonly string[];
    /** An ARN, or a reference to a parameter. */
    readonly WebACLId?: unknown;
    readonly ViewerCertificate?: { readonly AcmCertificateArn?: string };
  };
}

interface Manifest {
  readonly artifacts: Readonly<
    Record<string, { readonly type: string; readonly properties?: { readonly requiresBootstrapStackVersion?: number } }>
  >;
}

const root = join(import.meta.dirname, '..', '..');
const stackType = 'aws:cloudformation:stack';
/** The type of a resource that sends an e-mail when the account has spent more than it should. */
export const budgetType = 'AWS::Budgets::Budget';

async function readJson<Content>(folder: string, file: string): Promise<Content> {
  try {
    return JSON.parse(await readFile(join(folder, file), 'utf8'));
  } catch (cause) {
    throw new CommandFailure(`${join(folder, file)} cannot be read. "npx cdk synth" writes it.`, { cause });
  }
}

function stageAmong(stages: readonly string[], wanted: string | undefined): string {
  const [only, ...others] = stages;
  if (wanted === undefined && only !== undefined && others.length === 0) return only;
  if (wanted !== undefined && stages.includes(wanted)) return wanted;
  const list = `timeline.config.ts has: ${stages.join(', ')}.`;
  throw new CommandFailure(wanted === undefined ? `Name a stage: ${list}` : `There is no stage ${wanted}. ${list}`);
}

function domainOf(config: Properties['DistributionConfig']): PlannedStage['domain'] {
  const [name] = config?.Aliases ?? [];
  const certificateArn = config?.ViewerCertificate?.AcmCertificateArn;
  return name !== undefined && certificateArn !== undefined ? { name, certificateArn } : undefined;
}

/**
 * Reads a stage from a folder that `cdk synth` has written.
 *
 * @param wanted the name of the stage. Default: the only one
 * @throws {CommandFailure} if there is no such stage, or several and none is named
 */
export async function readPlannedStage(folder: string, wanted?: string): Promise<PlannedStage> {
  const { artifacts } = await readJson<Manifest>(folder, 'manifest.json');
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === stackType);
  const names = stacks.map(([name]) => name);
  const stages = names.flatMap((name) => /^Timeline-(\w+)$/.exec(name)?.[1] ?? []);
  const stage = stageAmong(stages, wanted);
  const { Resources } = await readJson<Template>(folder, `Timeline-${stage}.template.json`);
  const all = Object.values(Resources).map(({ Properties = {} }) => Properties);
  const types = new Set(Object.values(Resources).map(({ Type }) => Type));
  const config = all.find(({ DistributionConfig }) => DistributionConfig)?.DistributionConfig;
  const webAclArn = config?.WebACLId;
  const domain = domainOf(config);
  const alarmTopicArn = all.flatMap(({ AlarmActions = [] }) => AlarmActions).find((one) => typeof one === 'string');
  return {
    stage,
    reservedExecutions: all.reduce(
      (sum, { ReservedConcurrentExecutions = 0 }) => sum + ReservedConcurrentExecutions,
      0,
    ),
    bootstrapVersion: Math.max(...stacks.map(([, { properties }]) => properties?.requiresBootstrapStackVersion ?? 0)),
    hasFirewall: names.includes(`TimelineFirewall-${stage}`),
    webAclArn: typeof webAclArn === 'string' ? webAclArn : null,
    deletionProtection: all.every(({ DeletionProtectionEnabled }) => DeletionProtectionEnabled !== false),
    hasBudget: types.has(budgetType),
    hasAlarmReceiver: types.has('AWS::SNS::Subscription') || !types.has('AWS::SNS::Topic'),
    ...(alarmTopicArn !== undefined && { alarmTopicArn }),
    ...(domain && { domain }),
  };
}

/**
 * Synthesizes all stages as `npx cdk deploy` does, without the checks of the template, and reads one of them.
 *
 * @throws {CommandFailure}
 */
export async function synthesizePlannedStage(wanted?: string): Promise<PlannedStage> {
  const folder = await mkdtemp(join(tmpdir(), 'timeline-preflight-'));
  try {
    const program = spawn(process.execPath, [join(root, 'infra', 'app.ts')], {
      cwd: root,
      env: { ...process.env, CDK_VALIDATION: 'false', CDK_OUTDIR: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    program.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-4_000);
    });
    const [code] = await once(program, 'close');
    if (code !== 0) throw new CommandFailure(`The stacks cannot be synthesized:\n${errors.trim()}`);
    return await readPlannedStage(folder, wanted);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
