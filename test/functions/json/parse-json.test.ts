import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidInput } from '../../../events/input/errors.ts';
import { parseJson } from '../../../functions/lib/json/parse-json.ts';
import { refusal, thrownBy } from '../../support/expectations/refusal.ts';

const parse = (text: string) => parseJson(Buffer.from(text));
const reasons = (text: string) => refusal(() => parse(text));

const tooLarge = 'Is a number too large to be kept exactly (at most 9007199254740991). Write it as a string.';
const tooLong = 'Is a number that a double cannot hold to its last digit. Round it, or write it as a string.';
const tooSmall = 'Is a number too small to be distinguished from zero. Write it as a string.';
const twice = 'Is given more than once in its object.';

describe('what is kept', () => {
  test('a body is read as JSON.parse reads it', () => {
    const text = ' {"a": [1, -2.5e3, true, false, null, "\\u00e9\\n/\\/"], "b": {}, "c": [], "": ""} ';
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  test('NUL and lone surrogates in escapes are let through to the validation, which knows their places', () => {
    expect(parse('["\\u0000", "\\ud800"]')).toEqual(['\u0000', '\ud800']);
  });

  test('__proto__ is a member like any other and changes no prototype', () => {
    const value = parse('{"__proto__": {"admin": true}, "constructor": {"prototype": 1}}') as Record<string, unknown>;
    expect(Object.getOwnPropertyNames(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(value.admin).toBeUndefined();
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });

  test('a byte order mark before the text is ignored', () => {
    expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 });
  });

  test('64 levels are read', () => {
    expect(parse('['.repeat(64) + ']'.repeat(64))).toBeInstanceOf(Array);
  });

  test('the largest and smallest numbers that stay what they are are read', () => {
    const text = '[9007199254740991, -9007199254740991, 0.1, 5e-324, 0e999, -0, 1.50]';
    expect(parse(text)).toEqual([9007199254740991, -9007199254740991, 0.1, 5e-324, 0, -0, 1.5]);
  });
});

describe('a number', () => {
  test.each([
    ...[
      '46.55',
      '-46.55',
      '46.549999999999997',
      '46.5499999999999970',
      '1.10',
      '0.1',
      '1e3',
      '1.5E+2',
      '0.0',
      '-0',
      '0e999',
    ],
    ...['5e-324', '1.7976931348623157e-292', '2251799813685249.5'],
    `0.1${'0'.repeat(200)}`,
    '0.1000000000000000055511151231257827021181583404541015625',
  ])('is kept if a double holds its digits: %s', (literal) => {
    expect(parse(`[${literal}]`)).toEqual([Number(literal)]);
  });

  test.each([
    ...['4503599627370497.7', '-4503599627370497.7', '0.12345678901234567890123', '3e-324'],
    ...['1.00000000000000000001', '0.1000000000000000055511151231257827021181583404541015626'],
    `1.${'1'.repeat(100)}`,
    `0.${'0'.repeat(100_000)}1${'0'.repeat(100_000)}1e100000`,
  ])('is refused at its place if a double would alter it: %s', (literal) => {
    expect(reasons(`{"a":[0,${literal}]}`)).toEqual([{ pointer: '/a/1', detail: tooLong }]);
  });

  test('that JavaScript wrote is kept', () => {
    const powers = Array.from({ length: 1_126 }, (_, index) => 2 ** (index - 1_074));
    expect(parse(JSON.stringify(powers))).toEqual(powers);
  });
});

describe('what is refused', () => {
  test.each([
    ['', 'at line 1, column 1 (position 0), expected a value, but the body ends there.'],
    ['  ', 'at line 1, column 3 (position 2), expected a value, but the body ends there.'],
    ['{"a":1,}', 'at line 1, column 8 (position 7), expected a name in double quotes, but found "}".'],
    ['[1,\n 2,\n]', 'at line 3, column 1 (position 8), expected a value, but found "]".'],
    ['{a:1}', 'at line 1, column 2 (position 1), expected a name in double quotes or }, but found "a:1}".'],
    ['{"a" 1}', 'at line 1, column 6 (position 5), expected a colon, but found "1}".'],
    ['[}', 'at line 1, column 2 (position 1), expected a value or ], but found "}".'],
    [
      '{"a":1',
      'at line 1, column 7 (position 6), expected a comma or the end of the array or object, but the body ends there.',
    ],
    ['1 2', 'at line 1, column 3 (position 2), expected the end of the body, but found "2".'],
    ['/* a */ 1', 'at line 1, column 1 (position 0), expected a value, but found "/* a */ 1".'],
    ['{"a":1, // b', 'at line 1, column 9 (position 8), expected a name in double quotes, but found "// b".'],
    ['{', 'at line 1, column 2 (position 1), expected a name in double quotes or }, but the body ends there.'],
    ['[[1,', 'at line 1, column 5 (position 4), expected a value, but the body ends there.'],
    ["{'a':1}", 'at line 1, column 2 (position 1), expected a name in double quotes or }, but found "\'a\':1}".'],
    ['{\n "a": [1.]}', 'at line 2, column 10 (position 11), expected a digit, but found "]}".'],
    ['"\\\\\\q"', 'at line 1, column 4 (position 3), expected an escape sequence of JSON, but found "\\\\q\\"".'],
    ['01', 'at line 1, column 2 (position 1), expected the end of the body, but found "1".'],
    ['NaN', 'at line 1, column 1 (position 0), expected a value, but found "NaN".'],
    ['"\\x"', 'at line 1, column 2 (position 1), expected an escape sequence of JSON, but found "\\\\x\\"".'],
    [
      '"\u0000"',
      'at line 1, column 2 (position 1), expected the rest of the string, with control characters escaped, but found "\\u0000\\"".',
    ],
  ])('malformed JSON %j is refused with the place', (text, reason) => {
    expect(reasons(text)).toEqual([{ pointer: '', detail: `The body is not JSON: ${reason}` }]);
  });

  test('bytes that are not UTF-8 are refused with their offset', () => {
    const detail = 'The body is not UTF-8: the byte at offset 2 belongs to no character.';
    expect(refusal(() => parseJson(Buffer.from([0x22, 0x61, 0xff, 0x22])))).toEqual([{ pointer: '', detail }]);
    expect(refusal(() => parseJson(Buffer.from([0x22, 0x61, 0xc3])))).toEqual([{ pointer: '', detail }]);
  });

  test('a name that is given twice in an object is refused, however it is written', () => {
    expect(reasons('{"a":1,"b":[{"x/y":1,"c":2,"x\\/y":3}],"\\u0061":4}')).toEqual([
      { pointer: '/b/0/x~1y', detail: twice },
      { pointer: '/a', detail: twice },
    ]);
    expect(reasons('{"__proto__":1,"__proto__":2}')).toEqual([{ pointer: '/__proto__', detail: twice }]);
  });

  test('numbers that a double cannot hold are refused with their places', () => {
    expect(reasons('{"a":[1e400,-1e400,1e-400,9007199254740992,-9007199254740993,1e21]}')).toEqual([
      { pointer: '/a/0', detail: tooLarge },
      { pointer: '/a/1', detail: tooLarge },
      { pointer: '/a/2', detail: tooSmall },
      { pointer: '/a/3', detail: tooLarge },
      { pointer: '/a/4', detail: tooLarge },
      { pointer: '/a/5', detail: tooLarge },
    ]);
  });

  test.each([
    ['arrays', '['.repeat(20_000) + ']'.repeat(20_000), '/0'.repeat(64)],
    ['objects', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, '/a'.repeat(64)],
    ['arrays without end', '['.repeat(1_000_000), '/0'.repeat(64)],
  ])('%s nested without measure are refused at the 65th level', (_, text, pointer) => {
    expect(reasons(text)).toEqual([{ pointer, detail: 'Is nested too deeply; at most 64 levels are accepted.' }]);
  });

  test('a long text with 64 levels is read, whatever its strings hold', () => {
    const held = `${'[{"'.repeat(10_000)}\\`;
    const text = `${'['.repeat(63)}{"a":${JSON.stringify(held)}}${']'.repeat(63)}`;
    expect(JSON.stringify(parseJson(Buffer.from(text)))).toBe(text);
  });

  test.each([
    ['a long string without end', `{"a":"${'['.repeat(40_000)}`],
    ['a long text with more ends than beginnings', `${']'.repeat(40_000)}${'['.repeat(60)}`],
  ])('%s is no JSON', (_, text) => {
    expect(reasons(text)).toEqual([{ pointer: '', detail: expect.stringMatching(/^The body is not JSON: /) }]);
  });

  test('no more than twenty faults are listed', () => {
    expect(reasons(`[${'1e400,'.repeat(1_900)}1]`)).toHaveLength(20);
  });
});

describe('any text', () => {
  const holdsTooLarge = (value: unknown): boolean =>
    typeof value === 'number'
      ? Math.abs(value) > Number.MAX_SAFE_INTEGER
      : typeof value === 'object' && value !== null && Object.values(value).some(holdsTooLarge);

  test('what JSON.stringify writes is read back the same, unless a number in it is too large', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        if (holdsTooLarge(value)) expect(reasons(text)[0]?.detail).toBe(tooLarge);
        else expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  const token = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '"b"',
      '\\',
      '\\u12',
      '1',
      '-',
      '0',
      '.',
      'e',
      '+',
      'true',
      'nul',
      ' ',
    ],
    ...['\n', '\t', '\u00a0', '\u2028', '{}', '[]', '"a":', '1e9', '\u0000', '__proto__', '/*', '\ud800'],
  );

  test('it is refused where JSON.parse refuses it, and else read the same or refused for its content', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const bytes = Buffer.from(tokens.join(''));
        let expected: { value: unknown } | undefined;
        try {
          expected = { value: JSON.parse(bytes.toString()) };
        } catch {}
        if (!expected) {
          expect(thrownBy(() => parseJson(bytes))).toBeInstanceOf(InvalidInput);
          return;
        }
        try {
          expect(parseJson(bytes)).toEqual(expected.value);
        } catch (error) {
          if (!(error instanceof InvalidInput)) throw error;
          expect(error.message).not.toContain('not JSON');
        }
      }),
      { numRuns: 5_000 },
    );
  });

  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.oneof(token, fc.string({ unit: 'binary', maxLength: 2 }))), {
    minLength: 1,
    maxLength: 3,
  });
  const almostJson = fc.tuple(fc.jsonValue({ maxDepth: 4 }), edits).map(([value, changes]) => {
    const insert = (text: string, [place, removed, added]: [number, number, string]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + added + text.slice(at + removed);
    };
    return changes.reduce(insert, JSON.stringify(value, null, 1));
  });

  test('that is almost JSON is refused as no JSON just where JSON.parse refuses it', () => {
    const isJson = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const isRead = (text: string) => {
      try {
        parse(text);
        return true;
      } catch (error) {
        return !(error as Error).message.includes('not JSON');
      }
    };
    fc.assert(
      fc.property(almostJson, (text) =>
        expect(isRead(text)).toBe(
          isJson(
            Buffer.from(text)
              .toString()
              .replace(/^\ufeff/, ''),
          ),
        ),
      ),
      { numRuns: 2_000 },
    );
  });

  test('no bytes make it throw anything but its own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          parseJson(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInput);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
