/** A `Link` header (RFC 8288) to the next page of the same list; none at the end. */
export function nextLink(
  path: string,
  rawQuery: string,
  parameter: string,
  value: string | null,
): Record<string, string> {
  if (value === null) return {};
  const query = new URLSearchParams(rawQuery);
  query.set(parameter, value);
  return { link: `<${path}?${query}>; rel="next"` };
}
