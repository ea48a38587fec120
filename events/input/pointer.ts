/** A JSON pointer to a place below the whole value. */
export const pointerPattern = /^(?:\/(?:[^~/]|~[01])*)+$/;

const escaped = (name: PropertyKey) => String(name).replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * The JSON pointer (RFC 6901) of a path below another pointer.
 *
 * @example pointerOf(['data', 'a/b', 0], '/1') // '/1/data/a~1b/0'
 */
export function pointerOf(path: readonly PropertyKey[], base = ''): string {
  return path.reduce<string>((pointer, name) => `${pointer}/${escaped(name)}`, base);
}

const unescaped = (token: string) => token.replaceAll('~1', '/').replaceAll('~0', '~');

/**
 * The value at a JSON pointer (RFC 6901); undefined if there is none.
 *
 * @example valueAt({ data: { refs: ['a'] } }, '/data/refs/0') // 'a'
 */
export function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map(unescaped)
    .reduce<unknown>(
      (member, name) =>
        typeof member === 'object' && member !== null && Object.hasOwn(member, name)
          ? (member as Record<string, unknown>)[name]
          : undefined,
      value,
    );
}
