import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { settingsOf } from '../config/settings-of.ts';
import type { Access } from '../tables/access.ts';
import { bindPartitions } from './bind-partitions.ts';

/** The partitions that hold what newsrooms have used. They contain no keys and no limits. */
const usePartitions = 'USE#*';

/** Gives a function the quotas of newsrooms that have none of their own, as JSON. */
export function bindDefaultQuota(handler: LambdaFunction): void {
  handler.addEnvironment('DEFAULT_QUOTA', JSON.stringify(settingsOf(handler).quotas));
}

/**
 * Lets a function count what newsrooms use, and nothing else: it cannot read the table Access, nor change keys and
 * limits.
 */
export function bindQuota(handler: LambdaFunction, access: Access): void {
  bindDefaultQuota(handler);
  bindPartitions(handler, access, usePartitions);
}
