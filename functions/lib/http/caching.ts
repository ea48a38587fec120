/**
 * How long a live answer may be kept: a second, so that a crowd costs one read; longer only while a new one is being fetched
 * or cannot be had (RFC 5861).
 */
export const liveCaching = { 'cache-control': 'public, max-age=1, stale-while-revalidate=30, stale-if-error=86400' };

/** An answer that never changes (RFC 8246): a year is as long as caches are asked to keep anything. */
export const immutableCaching = { 'cache-control': 'public, max-age=31536000, immutable' };
