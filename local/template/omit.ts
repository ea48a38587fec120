type Properties = Readonly<Record<string, unknown>>;

function omitBelow(value: unknown, paths: readonly string[]): unknown {
  if (paths.length === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => omitBelow(item, paths));
  return omit(value as Properties, paths);
}

/**
 * The properties without those at these paths: `A` is a property, `A.B` a property of the object in `A`, or of each object in the list
 * in `A`.
 */
export function omit(properties: Properties, paths: readonly string[]): Properties {
  const kept = Object.entries(properties).filter(([name]) => !paths.includes(name));
  return Object.fromEntries(
    kept.map(([name, value]) => {
      const below = paths.filter((path) => path.startsWith(`${name}.`)).map((path) => path.slice(name.length + 1));
      return [name, omitBelow(value, below)];
    }),
  );
}
