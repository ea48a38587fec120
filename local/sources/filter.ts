import { LocalSystemError } from '../local-system-error.ts';

export type Filter = (record: unknown) => boolean;

type Condition = (value: unknown) => boolean;

function conditionOf(rule: unknown): Condition {
  if (typeof rule !== 'object' || rule === null) return (value) => value === rule;
  const [name, argument] = Object.entries(rule)[0] ?? [];
  if (name === 'prefix') return (value) => typeof value === 'string' && value.startsWith(String(argument));
  if (name === 'suffix') return (value) => typeof value === 'string' && value.endsWith(String(argument));
  if (name === 'exists') return (value) => (value !== undefined) === argument;
  if (name === 'anything-but') {
    const excluded = ([] as unknown[]).concat(argument);
    if (excluded.every((item) => typeof item !== 'object')) {
      return (value) => value !== undefined && !excluded.includes(value);
    }
  }
  throw new LocalSystemError(
    `A filter of an event source has the rule ${JSON.stringify(rule)}, which the local system does not support. Add it in local/sources/filter.ts.`,
  );
}

function filterOf(pattern: unknown): Filter {
  if (Array.isArray(pattern)) {
    const conditions = pattern.map(conditionOf);
    // A list in the record matches if one of its items does.
    return (value) =>
      (Array.isArray(value) ? value : [value]).some((item) => conditions.some((condition) => condition(item)));
  }
  if (typeof pattern !== 'object' || pattern === null) {
    throw new LocalSystemError(`A filter of an event source is not a pattern: ${JSON.stringify(pattern)}.`);
  }
  const fields = Object.entries(pattern).map(([name, inner]) => [name, filterOf(inner)] as const);
  return (value) => fields.every(([name, matches]) => matches((value as Record<string, unknown> | undefined)?.[name]));
}

/**
 * The filter of an event source: a record must match one of the patterns, unless there are none.
 *
 * @param patterns event patterns as JSON: exact values, `prefix`, `suffix`, `exists` and `anything-but`, at any depth
 * @throws {LocalSystemError} for any other rule
 */
export function compileFilters(patterns: readonly string[]): Filter {
  const filters = patterns.map((pattern) => filterOf(JSON.parse(pattern)));
  return (record) => filters.length === 0 || filters.some((matches) => matches(record));
}
