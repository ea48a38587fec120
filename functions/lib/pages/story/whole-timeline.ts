/** Whether the query of a page of a story asks for its whole timeline as it is now. */
export const isWhole = (asked: Readonly<Record<string, string>>): boolean =>
  Object.keys(asked).every((name) => name === 'language');
