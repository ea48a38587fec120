import { type InputError, InvalidInput } from '../../../events/input/errors.ts';
import { maximumGeometryPositions, maximumRequestDepth, maximumRequestValues } from '../../../events/input/limits.ts';
import { pointerOf } from '../../../events/input/pointer.ts';
import { tooManyValues } from '../../../events/input/shape.ts';

/** As many digits as Number.prototype.toPrecision writes. */
const maximumDigits = 100;

/** A double holds every decimal of so many digits (DBL_DIG of C), unless it is smaller than this. */
const digitsOfDouble = 15;
const smallestNormal = 2 ** -1022;

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

/**
 * Whether a literal is what a double is printed as, with this number of decimals or in its shortest form with zeros
 * added.
 */
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
  if (value === 0) return 'Is a number too small to be distinguished from zero. Write it as a string.';
  if (isHeldByDouble(digits, value)) return undefined;
  return 'Is a number that a double cannot hold to its last digit. Round it, or write it as a string.';
}

const maximumErrors = 20;

const [space, quote, comma, minus, colon, backslash] = Array.from(' ",-:\\', (character) => character.charCodeAt(0));
const [zero, nine, openBracket, closeBracket, openBrace, closeBrace] = Array.from('09[]{}', (character) =>
  character.charCodeAt(0),
);
const notSpace = /[^ \t\n\r]/g;
const endOfNumber = /[^\d.eE+-]/g;

/** An array or object whose end is still to come: of an object the names so far, of an array null. */
interface Container {
  readonly names: Set<string> | null;
  /** Of the member or item that is read. */
  name: string | number;
}

/** The offset at which a pattern with the flag `g` matches next; the end if it does not. */
function next(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex - 1 : text.length;
}

/** The offset of the quote that ends the string which begins at an offset. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++;
    if (escapes % 2 === 0) return end;
  }
}

function nameIn(text: string, start: number, end: number): string {
  const name = text.slice(start + 1, end);
  return name.includes('\\') ? JSON.parse(`"${name}"`) : name;
}

/** Reads a text that is JSON from its beginning to its end, and gathers what `JSON.parse` would not keep. */
class Reader {
  readonly errors: InputError[] = [];
  readonly #text: string;
  readonly #open: Container[] = [];
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #report(detail: string): void {
    this.errors.push({ pointer: pointerOf(this.#open.map(({ name }) => name)), detail });
    if (this.errors.length === maximumErrors) throw new InvalidInput(this.errors);
  }

  #begin(names: Set<string> | null): void {
    if (this.#open.length === maximumRequestDepth) {
      this.#report(`Is nested too deeply; at most ${maximumRequestDepth} levels are accepted.`);
      throw new InvalidInput(this.errors);
    }
    this.#open.push({ names, name: 0 });
  }

  /** A string is a name where a colon follows it. @returns the offset after it */
  #string(start: number): number {
    const end = endOfString(this.#text, start);
    const container = this.#open.at(-1);
    const after = next(notSpace, this.#text, end + 1);
    if (!container?.names || this.#text.charCodeAt(after) !== colon) return end + 1;
    container.name = nameIn(this.#text, start, end);
    if (container.names.has(container.name)) this.#report('Is given more than once in its object.');
    container.names.add(container.name);
    this.#count();
    return after + 1;
  }

  #number(start: number): number {
    const end = next(endOfNumber, this.#text, start);
    const literal = this.#text.slice(start, end);
    const alteration = alterationOf(literal, Number(literal));
    if (alteration) this.#report(alteration);
    return end;
  }

  /** Members with one name are one member of the value, so that their contents are not counted there. */
  #count(): void {
    this.#values++;
    if (this.#values > maximumRequestValues) throw tooManyValues();
  }

  #nextItem(): void {
    const container = this.#open.at(-1);
    if (typeof container?.name !== 'number') return;
    container.name++;
    if (container.name >= maximumGeometryPositions) throw tooManyValues();
    this.#count();
  }

  /** @returns the offset after the token at an offset */
  #token(at: number): number {
    const code = this.#text.charCodeAt(at);
    if (code === quote) return this.#string(at);
    if (code === minus || (code >= (zero as number) && code <= (nine as number))) return this.#number(at);
    if (code === comma) this.#nextItem();
    else if (code === openBrace) this.#begin(new Set());
    else if (code === openBracket) this.#begin(null);
    else if (code === closeBrace || code === closeBracket) this.#open.pop();
    // White space: often one character, seldom very many.
    else if (code <= (space as number)) return next(notSpace, this.#text, at + 1);
    return at + 1;
  }

  read(): void {
    for (let at = 0; at < this.#text.length; ) at = this.#token(at);
  }
}

/** `JSON.parse` takes no time for shorter texts, however deeply they are nested. */
const longText = 16_384;
const brackets = /["[\]{}]/g;

/**
 * Asserts that a long text is not nested too deeply, before `JSON.parse` reads it: for each level that takes a hundred
 * times as long as this.
 *
 * @param text any text
 * @throws {InvalidInput} with the pointer of the first value that is too deep
 */
export function assertShallow(text: string): void {
  if (text.length < longText) return;
  let depth = 0;
  for (let at = next(brackets, text, 0); at < text.length; at = next(brackets, text, at + 1)) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at);
      if (at < 0) return;
    } else if (code === closeBrace || code === closeBracket) {
      depth--;
    } else if (++depth > maximumRequestDepth) {
      // All strings before this place have an end. The reader comes to it, and throws.
      new Reader(text).read();
      return;
    }
  }
}

/**
 * Asserts that `JSON.parse` keeps a text as it is written: no name twice in an object, no number that a double cannot
 * hold. It also bounds the values of members that `JSON.parse` drops.
 *
 * @param text JSON that `JSON.parse` reads
 * @throws {InvalidInput} with the pointers of at most twenty errors
 * @throws {TooLarge} when there are too many values
 */
export function assertKeepable(text: string): void {
  const reader = new Reader(text);
  reader.read();
  if (reader.errors.length > 0) throw new InvalidInput(reader.errors);
}
