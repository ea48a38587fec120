import { InvalidArgumentError } from 'commander';

type Json = Record<string, unknown>;

/** A field and its new value, as `--set` names them. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** What must not be a name of a member, since it would change the object's kind. */
const forbidden = '__proto__';

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Reads `pointer=value`; the value is JSON, or else a text. @throws {InvalidArgumentError} */
export function readSetting(text: string, before: readonly Setting[] = []): readonly Setting[] {
  const [, pointer, value] = /^((?:\/[^/=]+)+)=(.*)$/s.exec(text) ?? [];
  const names = pointer
    ?.slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const path = names?.[0] === 'data' ? names.slice(1) : names;
  if (path === undefined || path.length === 0 || value === undefined || path.includes(forbidden)) {
    throw new InvalidArgumentError(
      "It must be a JSON pointer into the event and a value, such as '/data/headline=A new headline'.",
    );
  }
  return [...before, { path, value: jsonOrText(value) }];
}

function set(target: unknown, current: unknown, [name = '', ...rest]: readonly string[], value: unknown): void {
  const object = target as Json;
  const known = (current as Json | undefined)?.[name];
  if (rest.length === 0) {
    object[name] = value;
    return;
  }
  // A merge patch replaces a list as a whole.
  if (Array.isArray(known) && !Array.isArray(object[name])) object[name] = structuredClone(known);
  else if (typeof object[name] !== 'object' || object[name] === null) object[name] = {};
  set(object[name], known, rest, value);
}

/**
 * A JSON merge patch (RFC 7396) that sets these fields. A pointer into a list changes that item of the current list.
 *
 * @param data the current data of the event
 */
export function patchOf(settings: readonly Setting[], data: object): object {
  const patch = {};
  for (const { path, value } of settings) set(patch, data, path, value);
  return patch;
}
