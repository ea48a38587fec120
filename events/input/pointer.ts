const escaped = (name: PropertyKey) => String(name).replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * The JSON pointer (RFC 6901) of a path below another pointer.
 *
 * @example pointerOf(['data', 'a/b', 0], '/1') // '/1/data/a~1b/0'
 */
export function pointerOf(path: readonly PropertyKey[], base = ''): string {
  return path.reduce<string>((pointer, name) => `${pointer}/${escaped(name)}`, base);
}
