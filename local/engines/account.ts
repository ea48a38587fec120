import { region } from '../template/intrinsics.ts';

/**
 * What everything local is called with. The engines believe any credentials, but some keep a database for each key and
 * region, so that all must use the same.
 */
export const localAccount = {
  region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;
