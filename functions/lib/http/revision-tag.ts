import { beforeFirstRevision } from '../../../events/decisions/event-state.ts';

/**
 * A tag of a revision. Revisions have up to six digits, as in their keys. The tag of a story has a digest after the
 * revision, and `none` if nobody has described it; that of an entry may have a digest. A coding may follow: ours, or
 * that of a proxy. `W/` is accepted too, although strong comparison (RFC 9110, 13.1.1) would never match it: proxies
 * that compress weaken what they forward, and the revision is the same.
 */
export const revisionTag = /^(?:W\/)?"(?:(0|[1-9]\d{0,5})|none(?=\.))(?:\.[\w-]{43})?(?:-(?:br|gzip))?"$/;

/**
 * The opaque part of a tag of a story, or of an entry that may change within a revision: the revision, and a digest of
 * all that the response tells.
 *
 * @param revision null if the story has no description, undefined if it is not known
 */
export function tagWithDigest(revision: number | null | undefined, digest: string): string {
  return revision === undefined ? digest : `${revision ?? 'none'}.${digest}`;
}

/**
 * The revision that a tag of an event or a story names; `beforeFirstRevision` for none, undefined if it is no such tag.
 */
export function revisionOfTag(tag: string): number | undefined {
  const match = revisionTag.exec(tag);
  return match ? Number(match[1] ?? beforeFirstRevision) : undefined;
}
