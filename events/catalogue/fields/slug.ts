const separators = /[^\p{L}\p{M}\p{N}]+/u;

/**
 * A name as it stands in filters and facets: its letters (with their marks) and digits in lower case, `-` between.
 * Empty if the name has neither.
 *
 * @example slugOf('Crisis Group') // 'crisis-group'
 */
export function slugOf(name: string): string {
  const slug = name.toLowerCase().normalize('NFC').split(separators).filter(Boolean).join('-');
  return /[\p{L}\p{N}]/u.test(slug) ? slug : '';
}
