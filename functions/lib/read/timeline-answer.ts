import { createHash } from 'node:crypto';
import { immutableCaching, liveCaching } from '../http/caching.ts';
import type { Request } from '../http/request.ts';
import { release } from '../runtime/build-digest.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * What tells an answer about timelines from every other at its address, before any card is read: who answers in which form, of
 * which record. Timelines are a function of the feed, and the moment says how much of it; only what is mended by hand
 * changes them otherwise.
 */
export function contentTagOf({ rawQuery, origin }: Request, form: string, { moment, checkpoint }: Snapshot): string {
  const query = rawQuery.split('&').sort().join('&');
  const told = [release, origin, query, form, moment, checkpoint.mended];
  return createHash('sha256').update(JSON.stringify(told)).digest('base64url');
}

/** How long an answer about timelines may be kept. */
export function timelineCaching({ immutable }: Snapshot): Record<string, string> {
  return immutable ? immutableCaching : liveCaching;
}
