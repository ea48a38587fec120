/** The largest position that there can be: the feed sorts by twelve digits. */
export const largestPosition = 999_999_999_999;
