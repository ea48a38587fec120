import { createHash } from 'node:crypto';

/** A strong entity tag of a body: equal bodies, and no others, have equal tags. */
export function entityTagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url')}"`;
}

/** Whether `If-None-Match` names this tag: `*`, or a list of tags, compared weakly (RFC 9110, 13.1.2). */
export function isKnown(entityTag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const known = ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return known.some((tag) => tag.replace(/^W\//, '') === entityTag.replace(/^W\//, ''));
}
