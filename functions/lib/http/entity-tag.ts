import { hash } from 'node:crypto';
import { type ContentCoding, selectedCoding } from './content-coding.ts';
import type { Request } from './request.ts';

/** One entity tag of a list and what ends it (RFC 9110, 8.8.3 and 5.6.1); an element may be empty. */
const listedTag = /[ \t]*(?:(?:W\/)?("[\x21\x23-\x7e\x80-\uffff]*")[ \t]*)?(?:,|$)/y;

/** The opaque part of a strong entity tag: the digest of the body. */
export function digestOfBody(body: string): string {
  return hash('sha256', body, 'base64url');
}

/**
 * A strong entity tag. Strong tags tell representations apart to the byte, and so each coding has its own
 * (RFC 9110, 8.8.3.3).
 */
export function entityTag(opaque: string, coding: ContentCoding = 'identity'): string {
  return `"${opaque}${coding === 'identity' ? '' : `-${coding}`}"`;
}

/** The tags of a list, without the marks of weak ones; none if it is no list of tags. */
function tagsIn(list: string): readonly string[] {
  const tags: string[] = [];
  for (let end = 0; end < list.length; ) {
    listedTag.lastIndex = end;
    const [element = '', tag] = listedTag.exec(list) ?? [];
    if (element === '') return [];
    if (tag !== undefined) tags.push(tag);
    end += element.length;
  }
  return tags;
}

/**
 * Whether `If-None-Match` names this tag: by `*`, or in a list of tags, which are compared weakly (RFC 9110, 13.1.2).
 */
export function isNamed(tag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || tagsIn(ifNoneMatch).includes(tag);
}

/**
 * Whether the client has this content already, in the coding that the response to it would have: the response is 304
 * then, and its body need not be made.
 */
export function isKnownTo({ headers }: Pick<Request, 'headers'>, contentTag: string): boolean {
  return isNamed(entityTag(contentTag, selectedCoding(headers['accept-encoding'])), headers['if-none-match']);
}
