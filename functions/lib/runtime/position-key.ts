/** As many as the largest position has. */
const positionDigits = 12;

/** A position as a sort key, or as the end of one: in every table, such keys sort by position. */
export const positionKey = (position: number): string => String(position).padStart(positionDigits, '0');

/** The position at the end of a sort key. */
export const positionOfKey = (sk: string): number => Number(sk.slice(-positionDigits));
