/** The words of a name in code. @example plainWords('reportedBy') // 'reported by' */
export const plainWords = (name: string): string =>
  name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/[._-]+/g, ' ')
    .toLowerCase();
