/** As many as Number.prototype.toPrecision tells. */
const maximumDigits = 100;

/** From the first that is not 0 to the last; none of zero. */
function significantDigits(literal: string): string {
  const mantissa = literal.replace(/e.*/i, '').replace('.', '');
  return /[1-9](?:\d*[1-9])?/.exec(mantissa)?.[0] ?? '';
}

/** `String` may choose another last digit than `toPrecision`: what it writes is held all the same. */
function isHeldByDouble(digits: string, value: number): boolean {
  if (digits.length > maximumDigits) return false;
  return [value.toPrecision(digits.length), String(value)].some((held) => significantDigits(held) === digits);
}

/** Why a number would not be kept as it is written (a literal of RFC 8259); undefined if it would. */
export function alterationOf(literal: string): string | undefined {
  const value = Number(literal);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    return 'Is a number too large to be kept exactly (at most 9007199254740991); write it as a string.';
  }
  const digits = significantDigits(literal);
  if (digits === '') return undefined;
  if (value === 0) return 'Is a number too small to be told from zero; write it as a string.';
  if (isHeldByDouble(digits, value)) return undefined;
  return 'Is a number that a double cannot hold to its last digit; round it, or write it as a string.';
}
