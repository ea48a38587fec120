import { createHash } from 'node:crypto';
import { immutableCaching, liveCaching } from '../http/caching.ts';
import type { Request } from '../http/request.ts';
import { buildDigest } from '../runtime/build-digest.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The entity tag of an answer about timelines, known before any card is read: from the release, the request, the format and the
 * moment of the record. Timelines are a function of the feed, and the moment says how much of it; only a repair changes them
 * in another way.
 */
export function contentTagOf({ rawQuery, origin }: Request, format: string, { moment, checkpoint }: Snapshot): string {
  const query = rawQuery.split('&').sort().join('&');
  const parts = [buildDigest, origin, query, format, moment, checkpoint.mended];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** How long an answer about timelines may be cached. */
export function timelineCaching({ immutable }: Snapshot): Record<string, string> {
  return immutable ? immutableCaching : liveCaching;
}
