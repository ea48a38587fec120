import type { InputError } from '../../../events/input/errors.ts';
import { InvalidInput } from '../../../events/input/errors.ts';
import { pointerOf } from '../../../events/input/pointer.ts';
import { alterationOf } from './json-number.ts';

/** No event needs a tenth of it; what is deeper is meant to exhaust the stack of whoever walks it later. */
const maximumDepth = 64;
const maximumErrors = 20;
const excerptLength = 20;

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /(?:true|false|null)(?![\w$])/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** An array or object whose end is still to come, and the place in it where the scan is. */
interface Container {
  readonly closing: ']' | '}';
  readonly names: Set<string> | null;
  at: string | number;
}

type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end';

const expectations: Record<Expected, string> = {
  value: 'a value',
  'value or end': 'a value or ]',
  name: 'a name in double quotes',
  'name or end': 'a name in double quotes or }',
  colon: 'a colon',
  'comma or end': 'a comma or the end of the array or object',
};

/** One pass over a text, without recursion: its grammar (RFC 8259), and what JSON.parse would drop or alter in silence. */
class Scanner {
  private at = 0;
  private readonly open: Container[] = [];
  private readonly errors: InputError[] = [];
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  scan(): void {
    let expected: Expected | 'nothing' = 'value';
    while (expected !== 'nothing') {
      this.skipSpace();
      expected = this.step(expected);
    }
    this.skipSpace();
    if (this.at < this.text.length) throw this.malformed('the end');
    if (this.errors.length > 0) throw new InvalidInput(this.errors);
  }

  private step(expected: Expected): Expected | 'nothing' {
    const container = this.open.at(-1);
    const character = this.text[this.at];
    if (character !== undefined && expected.endsWith('or end') && character === container?.closing) {
      this.at++;
      this.open.pop();
      return this.afterValue();
    }
    if (expected === 'comma or end' && character === ',') return this.comma(container as Container);
    if (expected === 'colon' && character === ':') {
      this.at++;
      return 'value';
    }
    if (expected.startsWith('name') && character === '"') return this.name(container as Container);
    if (expected.startsWith('value')) return this.value(character, expected);
    throw this.malformed(expectations[expected]);
  }

  private comma(container: Container): Expected {
    this.at++;
    if (typeof container.at === 'string') return 'name';
    container.at++;
    return 'value';
  }

  private name(container: Container): Expected {
    const start = this.at;
    this.string();
    const name = JSON.parse(this.text.slice(start, this.at)) as string;
    container.at = name;
    if (container.names?.has(name)) this.report('Stands more than once in its object.');
    container.names?.add(name);
    return 'colon';
  }

  private value(character: string | undefined, expected: Expected): Expected | 'nothing' {
    if (character === '[' || character === '{') return this.container(character);
    if (character === '"') this.string();
    else if (!this.matches(word)) this.number(expected);
    return this.afterValue();
  }

  private container(opening: '[' | '{'): Expected {
    if (this.open.length === maximumDepth) {
      this.report(`Is nested too deeply; ${maximumDepth} levels are read.`);
      throw new InvalidInput(this.errors);
    }
    this.at++;
    const isArray = opening === '[';
    this.open.push(isArray ? { closing: ']', names: null, at: 0 } : { closing: '}', names: new Set(), at: '' });
    return isArray ? 'value or end' : 'name or end';
  }

  private number(expected: Expected): void {
    const start = this.at;
    if (!this.matches(number)) throw this.malformed(expectations[expected]);
    const reason = alterationOf(this.text.slice(start, this.at));
    if (reason) this.report(reason);
  }

  private string(): void {
    for (this.at++; ; ) {
      const character = this.text[this.at];
      if (character === '"') break;
      if (character === undefined || character < ' ')
        throw this.malformed('the rest of a string (control characters escaped)');
      if (character !== '\\') this.at++;
      else if (!this.matches(escapeSequence)) throw this.malformed('an escape that JSON has');
    }
    this.at++;
  }

  private afterValue(): Expected | 'nothing' {
    return this.open.length === 0 ? 'nothing' : 'comma or end';
  }

  private matches(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }

  private skipSpace(): void {
    for (;;) {
      const character = this.text[this.at];
      if (character !== ' ' && character !== '\n' && character !== '\r' && character !== '\t') return;
      this.at++;
    }
  }

  private report(detail: string): void {
    this.errors.push({ pointer: pointerOf(this.open.map(({ at }) => at)), detail });
    if (this.errors.length === maximumErrors) throw new InvalidInput(this.errors);
  }

  private malformed(expected: string): InvalidInput {
    const before = this.text.slice(0, this.at).split('\n');
    const found = this.text.slice(this.at, this.at + excerptLength);
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1} (position ${this.at})`;
    const instead = found === '' ? 'it ends' : `it goes on with ${JSON.stringify(found)}`;
    return new InvalidInput([
      { pointer: '', detail: `The body is not JSON: at ${place} ${expected} should stand, but ${instead}.` },
    ]);
  }
}

/**
 * Asserts that a text is JSON which can be kept as it is: no name twice in an object, no number that a double cannot hold, at
 * most 64 levels.
 *
 * @throws {InvalidInput} with pointers; of malformed text with line, column and position
 */
export function assertKeepable(text: string): void {
  new Scanner(text).scan();
}
