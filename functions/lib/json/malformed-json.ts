import type { printParseErrorCode } from 'jsonc-parser';
import { InvalidInput } from '../../../events/input/errors.ts';

/** What a text may go on with. */
export type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end' | 'nothing';

/** A fault in the grammar of a text, as `visit` reports it, and the place of its token. */
export interface Fault {
  readonly reason: ReturnType<typeof printParseErrorCode>;
  readonly offset: number;
  readonly length: number;
  /** Counted from 0, as the column. */
  readonly line: number;
  readonly column: number;
}

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

/** The error that says where a text ceases to be JSON, and what was expected there. */
export function malformedJson(text: string, fault: Fault, expected: Expected): InvalidInput {
  const [at, expectation] = placeOf(text, fault, expected);
  const found = text.slice(at, at + excerptLength);
  const place = `line ${fault.line + 1}, column ${fault.column + at - fault.offset + 1} (position ${at})`;
  const instead = found === '' ? 'the body ends there' : `found ${JSON.stringify(found)}`;
  const detail = `The body is not JSON: at ${place}, expected ${expectation}, but ${instead}.`;
  return new InvalidInput([{ pointer: '', detail }]);
}
