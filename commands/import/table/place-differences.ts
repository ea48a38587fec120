import { isDeepStrictEqual } from 'node:util';
import { valueAt } from '../../../events/input/pointer.ts';
import type { Difference } from '../read-lines.ts';
import { columnAt } from './column-at.ts';
import type { Column } from './mapping.ts';

/** A copy of a value without what is at these pointers. */
function without(value: unknown, pointers: readonly string[]): unknown {
  const copy = structuredClone(value);
  for (const pointer of pointers) {
    const end = pointer.lastIndexOf('/');
    const place = valueAt(copy, pointer.slice(0, end));
    if (typeof place === 'object' && place !== null) delete (place as Record<string, unknown>)[pointer.slice(end + 1)];
  }
  return copy;
}

/** A difference as the columns see it. The API compares a list as a whole; columns fill places inside it. */
function placed(difference: Difference, columns: readonly Column[]): Difference[] {
  const { pointer, before, after } = difference;
  const inside = columns
    .filter(({ to }) => to.startsWith(`${pointer}/`))
    .map(({ to, name }) => ({ to, name, below: to.slice(pointer.length) }));
  const found = inside.flatMap(({ to, name, below }): Difference[] => {
    const [old, fresh] = [valueAt(before, below), valueAt(after, below)];
    if (isDeepStrictEqual(old, fresh)) return [];
    const values = { ...(old !== undefined && { before: old }), ...(fresh !== undefined && { after: fresh }) };
    return [{ pointer: to, column: name, ...values }];
  });
  const pointers = inside.map(({ below }) => below);
  if (found.length > 0 && isDeepStrictEqual(without(before, pointers), without(after, pointers))) return found;
  const column = columnAt(pointer, columns);
  return [...found, { ...difference, ...(found.length === 0 && column !== undefined && { column }) }];
}

/**
 * The differences between rows and what is stored, in the order of the columns from which they come. Those without a
 * column come last.
 */
export function placeDifferences(differences: readonly Difference[], columns: readonly Column[]): Difference[] {
  const orderOf = ({ column }: Difference) => {
    const index = columns.findIndex(({ name }) => name === column);
    return index < 0 ? columns.length : index;
  };
  return differences
    .flatMap((difference) => placed(difference, columns))
    .toSorted((left, right) => orderOf(left) - orderOf(right));
}
