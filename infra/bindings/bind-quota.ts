import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { defaultLimits, quotas } from '../../events/quota.ts';
import type { Access } from '../tables/access.ts';
import { bindPartitions } from './bind-partitions.ts';

/** The partitions that hold what newsrooms have used. They contain no keys and no limits. */
const usePartitions = 'USE#*';

/** The context that replaces a default: `-c quotaEvents=50000`. */
const contexts = { events: 'quotaEvents', changes: 'quotaChanges', bytes: 'quotaBytes' } as const;

/** Gives a function the quotas of newsrooms that have none of their own, as JSON. @throws {Error} naming a context that is no number */
export function bindDefaultQuota(handler: LambdaFunction): void {
  const limits = quotas.map((quota) => {
    const text: unknown = handler.node.tryGetContext(contexts[quota]) ?? defaultLimits[quota];
    if (/^\d{1,15}$/.test(String(text))) return [quota, Number(text)];
    throw new Error(`The context ${contexts[quota]} must be a whole number: how much a newsroom may use a day.`);
  });
  handler.addEnvironment('DEFAULT_QUOTA', JSON.stringify(Object.fromEntries(limits)));
}

/**
 * Lets a function count what newsrooms use, and nothing else: it cannot read the table Access, nor change keys and limits.
 */
export function bindQuota(handler: LambdaFunction, access: Access): void {
  bindDefaultQuota(handler);
  bindPartitions(handler, access, usePartitions);
}
