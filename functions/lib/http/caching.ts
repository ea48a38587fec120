/**
 * Caching of live answers: for a second, so that a crowd costs one read; for a second more while a new one is fetched;
 * and for a day if the origin fails (RFC 5861). So an answer is two seconds old at most while the system works.
 */
export const liveCaching = { 'cache-control': 'public, max-age=1, stale-while-revalidate=1, stale-if-error=86400' };

/** Caching of answers that must not be old at all: they are asked for again each time, by their entity tag. */
export const freshCaching = { 'cache-control': 'public, no-cache' };

/**
 * Caching of answers that never change (RFC 8246), unless their content is taken down: for a year, the longest that is
 * usual, in the distribution, which can be made to forget, and for a day in browsers, which cannot be reached.
 */
export const immutableCaching = { 'cache-control': 'public, max-age=86400, s-maxage=31536000, immutable' };
