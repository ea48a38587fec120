import { quotas } from '../../events/quota.ts';
import type { Newsroom } from './timeline-api.ts';

/**
 * What a newsroom has used of its quotas.
 *
 * @example 160 of 50000 events, 16 of 20000 changes, 1024 of 1073741824 bytes
 */
export const usageText = ({ used, limits }: NonNullable<Newsroom['usage']>): string =>
  quotas.map((name) => `${used[name]} of ${limits[name]} ${name}`).join(', ');
