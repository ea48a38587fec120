import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * Tells the code that answers from every other: the digest of the file that this stands in, which is the whole bundle once it is
 * one. Part of entity tags that are not made of the body, so that a release which answers otherwise has others.
 */
export const buildDigest = createHash('sha256')
  .update(readFileSync(new URL(import.meta.url)))
  .digest('base64url');
