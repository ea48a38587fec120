const separators = /[^\p{L}\p{M}\p{N}]+/u;

/**
 * The slug of a name for filters and facets: its letters (with their marks) and digits in lower case, with `-` between words. It is
 * empty if the name has no letters and digits.
 *
 * @example slugOf('Crisis Group') // 'crisis-group'
 */
export function slugOf(name: string): string {
  const slug = name.toLowerCase().normalize('NFC').split(separators).filter(Boolean).join('-');
  return /[\p{L}\p{N}]/u.test(slug) ? slug : '';
}
