import type { CloudFormationClient, Stack, StackStatus } from '@aws-sdk/client-cloudformation';
import { type Finding, fix, ok } from './finding.ts';
import { budgetType, type PlannedStage } from './planned-stage.ts';

/**
 * States in which the stack has no resources yet: nothing was deployed, it was rolled back, or a change set waits to be
 * executed.
 */
const emptyStates: readonly (StackStatus | undefined)[] = ['ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS'];

const failedStates: { readonly [status in StackStatus]?: string } = {
  CREATE_FAILED: 'Read its events in CloudFormation, fix the cause, and run: npx cdk rollback',
  ROLLBACK_FAILED:
    'Turn the deletion protection of its tables off, delete the stack and then the tables, and deploy without deletionProtection first.',
  UPDATE_FAILED: 'Read its events in CloudFormation, fix the cause, and run: npx cdk rollback',
  UPDATE_ROLLBACK_FAILED: 'Read its events in CloudFormation, fix the cause, and run: npx cdk rollback',
  DELETE_FAILED: 'Read its events in CloudFormation, fix the cause, and delete it again.',
};

/** An output that every deployed stack of this system has. */
const knownOutput = 'EventLogTable';

const outputOf = (stack: Stack | undefined, key: string) =>
  stack?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;

/** @returns undefined if there is no such stack */
export async function describeStack(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

/** Whether a stack has resources, so that its own reserved executions are among those of the account. */
export const isThere = (stack: Stack | undefined): boolean =>
  stack !== undefined && !emptyStates.includes(stack.StackStatus);

/** What a stack that has no resources needs before it is deployed. */
function checkFirst(name: string, stack: Stack | undefined, deletionProtection: boolean): Finding {
  if (deletionProtection) {
    return fix(
      `The stack ${name} is not deployed yet, and deletionProtection is set. Remove it until the first deployment has succeeded: a failed one could not delete its tables.`,
    );
  }
  const isRolledBack = stack?.StackStatus === 'ROLLBACK_COMPLETE';
  return ok(`The stack ${name} is not deployed yet${isRolledBack ? ': the last attempt was rolled back' : ''}.`);
}

/** The state of the stack of a stage, and what to do before it is deployed again. */
export function checkStack(stack: Stack | undefined, { stage, deletionProtection }: PlannedStage): Finding {
  const name = `Timeline-${stage}`;
  if (stack === undefined || !isThere(stack)) return checkFirst(name, stack, deletionProtection);
  const { StackStatus: status = 'UPDATE_COMPLETE' } = stack;
  const is = `The stack ${name} is ${status}`;
  const todo = failedStates[status];
  if (todo !== undefined) return fix(`${is}. ${todo}${todo.endsWith('rollback') ? ` ${name}` : ''}`);
  if (status.endsWith('_IN_PROGRESS')) return fix(`${is}. Wait until that has ended, and ask again.`);
  if (outputOf(stack, knownOutput) === undefined) {
    return fix(
      `${is}, and is not one of this system: it has no output ${knownOutput}. A deployment would delete what it has. Name the stage otherwise.`,
    );
  }
  if (!deletionProtection) return fix(`${is}, and its tables can be deleted. Set deletionProtection: true.`);
  return ok(`${is}, and its tables are protected.`);
}

/** Whether the web ACL is deployed, and is the one that is configured. */
export async function checkFirewall(
  client: CloudFormationClient,
  { stage, webAclArn }: PlannedStage,
): Promise<Finding> {
  const name = `TimelineFirewall-${stage}`;
  const arn = outputOf(await describeStack(client, name), 'WebAclArn');
  if (arn === undefined) return fix(`The web ACL is not deployed. Run: npx cdk deploy ${name}`);
  if (webAclArn === null) return fix(`The web ACL is deployed, but not configured. Set webAclArn: '${arn}'`);
  if (webAclArn !== arn)
    return fix(`Another web ACL is configured, ${webAclArn}, than ${name} has. Set webAclArn: '${arn}'`);
  return ok('The web ACL is deployed and configured.');
}

/** Whether CloudFormation makes budgets in a region. Where it does not, it refuses the whole template. */
export async function checkBudget(client: CloudFormationClient, region: string): Promise<Finding> {
  const { DescribeTypeCommand } = await import('@aws-sdk/client-cloudformation');
  try {
    await client.send(new DescribeTypeCommand({ Type: 'RESOURCE', TypeName: budgetType }));
    return ok(`CloudFormation makes budgets in ${region}.`);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'TypeNotFoundException')) throw error;
    return fix(
      `CloudFormation makes no budgets in ${region}, and would refuse the stack. Remove the setting budget, and make one in the console of AWS Budgets.`,
    );
  }
}
