import { createHash } from 'node:crypto';
import { type ContentCoding, contentCodings } from './content-coding.ts';
import type { Request } from './request.ts';

/** The opaque part of a strong entity tag: the digest of the body. */
export function digestOfBody(body: string): string {
  return createHash('sha256').update(body).digest('base64url');
}

/**
 * A strong entity tag. Strong tags tell representations apart to the byte, and so each coding has its own
 * (RFC 9110, 8.8.3.3).
 */
export function entityTag(opaque: string, coding?: ContentCoding): string {
  return `"${opaque}${coding ? `-${coding}` : ''}"`;
}

/**
 * The tag by which `If-None-Match` knows this content, in whatever coding; null if it does not. `*`, or a list of tags, compared
 * weakly (RFC 9110, 13.1.2).
 */
export function knownTag(opaque: string, ifNoneMatch: string | undefined): string | null {
  if (ifNoneMatch === undefined) return null;
  if (ifNoneMatch.trim() === '*') return entityTag(opaque);
  const ours = [entityTag(opaque), ...contentCodings.map((coding) => entityTag(opaque, coding))];
  return ifNoneMatch.match(/"[^"]*"/g)?.find((tag) => ours.includes(tag)) ?? null;
}

/** Whether the client has this content already: the answer is 304 then, and its body need not be made. */
export function isKnownTo({ headers }: Pick<Request, 'headers'>, contentTag: string): boolean {
  return knownTag(contentTag, headers['if-none-match']) !== null;
}
