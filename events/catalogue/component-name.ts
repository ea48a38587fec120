/**
 * The name of a type of event as components are named: `district.ceded` → `DistrictCeded`.
 */
export function componentName(type: string): string {
  return type
    .split('.')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}
