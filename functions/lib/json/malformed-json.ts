import { printParseErrorCode, visit } from 'jsonc-parser';
import { InvalidInput } from '../../../events/input/errors.ts';
import { maximumRequestDepth } from '../../../events/input/limits.ts';
import { pointerOf } from '../../../events/input/pointer.ts';

/** What a text may go on with. */
type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end' | 'nothing';

/** A fault in the grammar of a text, as `visit` reports it, and the place of its token. */
interface Fault {
  readonly reason: ReturnType<typeof printParseErrorCode>;
  readonly offset: number;
  readonly length: number;
  /** Counted from 0, as the column. */
  readonly line: number;
  readonly column: number;
}

/**
 * `visit` knows the place of a fault, but takes up to a hundred times as long as `JSON.parse`. A fault further on has
 * the place that `JSON.parse` gives.
 */
const visitedLength = 32_768;
const excerptLength = 20;

const expectations: Readonly<Record<Expected, string>> = {
  value: 'a value',
  'value or end': 'a value or ]',
  name: 'a name in double quotes',
  'name or end': 'a name in double quotes or }',
  colon: 'a colon',
  'comma or end': 'a comma or the end of the array or object',
  nothing: 'the end of the body',
};

const escapeSequence = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** Where the string that begins at an offset ceases to be one. */
function endOfString(text: string, offset: number): number {
  let at = offset + 1;
  for (;;) {
    const character = text[at];
    if (character === undefined || character === '"' || character < ' ') return at;
    escapeSequence.lastIndex = at;
    if (character !== '\\') at++;
    else if (escapeSequence.test(text)) at = escapeSequence.lastIndex;
    else return at;
  }
}

/** The exact place of a fault, which may lie within its token, and what is expected there. */
function placeOf(
  text: string,
  { reason, offset, length }: Fault,
  expected: Expected,
): [at: number, expectation: string] {
  switch (reason) {
    case 'InvalidCharacter':
    case 'InvalidEscapeCharacter':
    case 'InvalidUnicode':
    case 'UnexpectedEndOfString': {
      const at = endOfString(text, offset);
      const rest = 'the rest of the string, with control characters escaped';
      return [at, text[at] === '\\' ? 'an escape sequence of JSON' : rest];
    }
    case 'UnexpectedEndOfNumber':
      return [offset + length, 'a digit'];
    default:
      return [offset, expectations[expected]];
  }
}

/** Ends a visit. Any text goes on at the end of its beginning, so that what is found there may be no fault. */
class Found extends Error {
  readonly at: number;
  readonly refusal: InvalidInput;

  constructor(at: number, detail: string, pointer = '') {
    super(detail);
    this.at = at;
    this.refusal = new InvalidInput([{ pointer, detail }]);
  }
}

function found(text: string, fault: Fault, expected: Expected): Found {
  const [at, expectation] = placeOf(text, fault, expected);
  const excerpt = text.slice(at, at + excerptLength);
  const place = `line ${fault.line + 1}, column ${fault.column + at - fault.offset + 1} (position ${at})`;
  const instead = excerpt === '' ? 'the body ends there' : `found ${JSON.stringify(excerpt)}`;
  return new Found(at, `The body is not JSON: at ${place}, expected ${expectation}, but ${instead}.`);
}

function tooDeep(path: readonly (string | number)[]): Found {
  const detail = `Is nested too deeply; at most ${maximumRequestDepth} levels are accepted.`;
  return new Found(0, detail, pointerOf(path));
}

/** @throws {Found} at the first fault, or where the text is nested too deeply */
function assertJson(text: string): void {
  /** Of each array or object whose end is still to come, whether it is an object. */
  const open: boolean[] = [];
  let expected: Expected = 'value';
  let expectedBeforeEnd: Expected = expected;

  /** Before `visit` descends, which it does by recursion: this bounds its stack. */
  function begin(isObject: boolean, next: Expected, path: () => (string | number)[]): void {
    if (open.length === maximumRequestDepth) throw tooDeep(path());
    open.push(isObject);
    expected = next;
  }

  function endOfValue(): void {
    expected = open.length > 0 ? 'comma or end' : 'nothing';
  }

  /** Comes before `visit` looks for the bracket. */
  function end(): void {
    expectedBeforeEnd = expected;
    open.pop();
    endOfValue();
  }

  visit(
    text,
    {
      onObjectBegin: (_offset, _length, _line, _column, path) => begin(true, 'name or end', path),
      onArrayBegin: (_offset, _length, _line, _column, path) => begin(false, 'value or end', path),
      onObjectEnd: end,
      onArrayEnd: end,
      onObjectProperty() {
        expected = 'colon';
      },
      onSeparator(character) {
        expected = character === ',' && open.at(-1) ? 'name' : 'value';
      },
      onLiteralValue: endOfValue,
      onError(code, offset, length, line, column) {
        const reason = printParseErrorCode(code);
        const isEndMissing = reason === 'CloseBraceExpected' || reason === 'CloseBracketExpected';
        throw found(text, { reason, offset, length, line, column }, isEndMissing ? expectedBeforeEnd : expected);
      },
    },
    { disallowComments: true, allowTrailingComma: false },
  );
}

/** The first fault of a text; undefined if it has none. */
function firstFault(text: string): Found | undefined {
  try {
    assertJson(text);
    return undefined;
  } catch (error) {
    if (error instanceof Found) return error;
    throw error;
  }
}

/**
 * The error that says where a text ceases to be JSON, and what was expected there.
 *
 * @param cause what `JSON.parse` says of it
 */
export function malformedJson(text: string, cause: SyntaxError): InvalidInput {
  const beginning = text.slice(0, visitedLength);
  const fault = firstFault(beginning);
  const isWhole = beginning.length === text.length;
  if (fault && (isWhole || fault.at + excerptLength < beginning.length)) return fault.refusal;
  return new InvalidInput([{ pointer: '', detail: `The body is not JSON: ${cause.message}.` }]);
}
