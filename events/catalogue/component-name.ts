/**
 * The name of a type of event in names of components of the OpenAPI document: `district.ceded` → `DistrictCeded`.
 */
export function componentName(type: string): string {
  return type
    .split('.')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}
