import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * The digest of the running code: of this file, which in a bundle is the whole function. It is part of entity tags that are not
 * digests of a body, so that a release that changes responses also changes their tags.
 */
export const buildDigest = createHash('sha256')
  .update(readFileSync(new URL(import.meta.url)))
  .digest('base64url');
