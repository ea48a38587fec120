import { region } from '../template/intrinsics.ts';

/**
 * The region and credentials of all local clients. Engines accept any, but some keep a database for each key and region, so all
 * clients must use the same.
 */
export const localAccount = {
  region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;
