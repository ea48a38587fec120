/** So many names are printed of a long list. */
const mostNamed = 20;

/** Names in a sentence: the first of a long list, and how many more there are. */
export const named = (names: readonly string[]): string =>
  names.length > mostNamed
    ? `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`
    : names.join(', ');
