import { type JSONPath, printParseErrorCode, visit } from 'jsonc-parser';
import { type InputError, InvalidInput } from '../../../events/input/errors.ts';
import { pointerOf } from '../../../events/input/pointer.ts';
import { alterationOf } from './json-number.ts';
import { type Expected, malformedJson } from './malformed-json.ts';

/** Far more than any schema has. What is nested deeper would exhaust the stack of code that walks it later. */
const maximumDepth = 64;
const maximumErrors = 20;

/** An array or object whose end is still to come: of an object the names so far, of an array null. */
type Container = Set<string> | null;

/**
 * Asserts that a text is JSON (RFC 8259) which `JSON.parse` reads as it is written: no name twice in an object, no number that
 * a double cannot hold, at most 64 levels.
 *
 * @throws {InvalidInput} with pointers; for malformed text, with line, column and position
 */
export function assertKeepable(text: string): void {
  const open: Container[] = [];
  const errors: InputError[] = [];
  let expected: Expected = 'value';
  let expectedBeforeEnd: Expected = expected;

  function report(path: JSONPath, detail: string): void {
    errors.push({ pointer: pointerOf(path), detail });
    if (errors.length === maximumErrors) throw new InvalidInput(errors);
  }

  /** Before `visit` descends, which it does by recursion: this bounds its stack. */
  function begin(container: Container, next: Expected, path: () => JSONPath): void {
    if (open.length === maximumDepth) {
      report(path(), `Is nested too deeply; at most ${maximumDepth} levels are accepted.`);
      throw new InvalidInput(errors);
    }
    open.push(container);
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
      onObjectBegin: (_offset, _length, _line, _column, path) => begin(new Set(), 'name or end', path),
      onArrayBegin: (_offset, _length, _line, _column, path) => begin(null, 'value or end', path),
      onObjectEnd: end,
      onArrayEnd: end,
      onObjectProperty(name, _offset, _length, _line, _column, path) {
        const names = open.at(-1);
        if (names?.has(name)) report([...path(), name], 'Is given more than once in its object.');
        names?.add(name);
        expected = 'colon';
      },
      onSeparator(character) {
        expected = character === ',' && open.at(-1) ? 'name' : 'value';
      },
      onLiteralValue(value, offset, length, _line, _column, path) {
        const alteration =
          typeof value === 'number' ? alterationOf(text.slice(offset, offset + length), value) : undefined;
        if (alteration) report(path(), alteration);
        endOfValue();
      },
      onError(code, offset, length, line, column) {
        const reason = printParseErrorCode(code);
        const isEndMissing = reason === 'CloseBraceExpected' || reason === 'CloseBracketExpected';
        throw malformedJson(
          text,
          { reason, offset, length, line, column },
          isEndMissing ? expectedBeforeEnd : expected,
        );
      },
    },
    { disallowComments: true, allowTrailingComma: false },
  );
  if (errors.length > 0) throw new InvalidInput(errors);
}
