import { isDeepStrictEqual } from 'node:util';
import { pointerOf } from '../input/pointer.ts';

/** A field that a revision changed. `before` is absent if the field was added, and `after` if it was removed. */
export interface Change {
  readonly pointer: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A name may also be one that every object inherits, such as `constructor`. */
const memberOf = (object: Record<string, unknown>, name: string) =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/**
 * The fields in which two values differ, as JSON pointers (RFC 6901) below `pointer`, in the order of their first
 * appearance. Objects are compared field by field. Lists are compared as a whole, since a merge patch replaces a whole
 * list.
 *
 * @example changesBetween({ a: 1 }, { a: 2 }, '/data') // [{ pointer: '/data/a', before: 1, after: 2 }]
 */
export function changesBetween(before: unknown, after: unknown, pointer: string): Change[] {
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      changesBetween(memberOf(before, name), memberOf(after, name), pointerOf([name], pointer)),
    );
  }
  if (isDeepStrictEqual(before, after)) return [];
  return [{ pointer, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

/** Pointers to the fields of the data that differ between two revisions of an event. */
export function fieldsChanged(before: { data: object }, after: { data: object }): string[] {
  return changesBetween(before.data, after.data, '/data').map(({ pointer }) => pointer);
}
