import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * The digest of the running code: of the file that holds this module, which is the whole bundle once it is bundled. It is part
 * of entity tags that are not digests of the body, so that a release with other answers has other tags.
 */
export const buildDigest = createHash('sha256')
  .update(readFileSync(new URL(import.meta.url)))
  .digest('base64url');
