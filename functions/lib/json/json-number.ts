/** As many digits as Number.prototype.toPrecision writes. */
const maximumDigits = 100;

/** A double holds every decimal of so many digits (DBL_DIG of C), unless it is smaller than this. */
const digitsOfDouble = 15;
const smallestNormal = 2 ** -1022;
const zero = '0'.charCodeAt(0);

/** From the first digit that is not 0 to the last; none of zero. */
function significantDigits(literal: string): string {
  const mantissa = literal.replace(/e.*/i, '').replace('.', '');
  return /[1-9](?:\d*[1-9])?/.exec(mantissa)?.[0] ?? '';
}

/** `String` may choose another last digit than `toPrecision`: a double holds what either of them writes. */
function isHeldByDouble(digits: string, value: number): boolean {
  if (digits.length > maximumDigits) return false;
  return [value.toPrecision(digits.length), String(value)].some((held) => significantDigits(held) === digits);
}

/** Longer than any literal that a program writes for a double. */
const longestFixed = 25;

/** Whether a literal is what a double is printed as, with this number of decimals or in its shortest form with zeros added. */
function isPrinted(literal: string, value: number, shortest: string): boolean {
  const point = literal.indexOf('.');
  if (point < 0 || literal.length > longestFixed) return false;
  let end = literal.length;
  while (literal.charCodeAt(end - 1) === zero) end--;
  if (end < literal.length && literal.slice(0, end) === shortest) return true;
  return value.toFixed(literal.length - point - 1) === literal;
}

/**
 * Why a number would not be kept as it is written; undefined if it would.
 *
 * @param literal a number of RFC 8259
 * @param value the double nearest to it
 */
export function alterationOf(literal: string, value: number): string | undefined {
  const magnitude = Math.abs(value);
  if (magnitude > Number.MAX_SAFE_INTEGER) {
    return 'Is a number too large to be kept exactly (at most 9007199254740991). Write it as a string.';
  }
  // Nearly all numbers end here, at a tenth of the cost: a body may hold half a million.
  if (literal.length <= digitsOfDouble && magnitude >= smallestNormal) return undefined;
  const shortest = String(value);
  if (literal === shortest || isPrinted(literal, value, shortest)) return undefined;
  const digits = significantDigits(literal);
  if (digits === '') return undefined;
  if (value === 0) return 'Is a number too small to be told from zero. Write it as a string.';
  if (isHeldByDouble(digits, value)) return undefined;
  return 'Is a number that a double cannot hold to its last digit. Round it, or write it as a string.';
}
