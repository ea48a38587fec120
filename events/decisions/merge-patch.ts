import { isDeepStrictEqual } from 'node:util';

type Json = unknown;

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Applies a JSON merge patch (RFC 7396): null removes a member, an object merges, anything else replaces.
 * Neither argument is changed. A `__proto__` member stays a plain member.
 */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const members = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name);
    else members.set(name, mergePatch(members.get(name), value));
  }
  return Object.fromEntries(members);
}

/**
 * The merge patch that turns one value into another. The other value has no members that are null,
 * which no merge patch can set.
 */
export function mergePatchBetween(before: Json, after: Json): Json {
  if (!isObject(before) || !isObject(after)) return after;
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const changed = Object.entries(after).filter(
    ([name, value]) => !Object.hasOwn(before, name) || !isDeepStrictEqual(before[name], value),
  );
  return Object.fromEntries([
    ...removed.map((name) => [name, null]),
    ...changed.map(([name, value]) => [
      name,
      mergePatchBetween(Object.hasOwn(before, name) ? before[name] : undefined, value),
    ]),
  ]);
}
