import { InvalidInput, TooLarge } from './errors.ts';
import {
  maximumGeometryPositions,
  maximumRequestDepth,
  maximumRequestItems,
  maximumRequestMembers,
  maximumRequestValues,
} from './limits.ts';
import { pointerOf } from './pointer.ts';

/** A list or an object, with the way to it. The pointer is made only where there is an error. */
interface Place {
  readonly value: object;
  readonly within: Place | null;
  readonly name: string | number;
}

function pointerTo(place: Place): string {
  const path: (string | number)[] = [];
  for (let at = place; at.within; at = at.within) path.unshift(at.name);
  return pointerOf(path);
}

const refusal = (place: Place, detail: string) => new InvalidInput([{ pointer: pointerTo(place), detail }]);

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * Only the coordinates of a geometry are lists of lists or of numbers. A list that is the whole body is a batch, which
 * has a limit of its own.
 */
function assertItems(place: Place, items: readonly unknown[]): void {
  const isCoordinates = Array.isArray(items[0]) || typeof items[0] === 'number';
  const most = isCoordinates || place.within === null ? maximumGeometryPositions : maximumRequestItems;
  if (items.length > most) {
    throw refusal(place, `Has ${items.length} items; no list has more than ${most}. Send fewer.`);
  }
}

function assertMembers(place: Place, names: readonly string[]): void {
  if (names.length > maximumRequestMembers) {
    const detail = `Has ${names.length} members; no object has more than ${maximumRequestMembers}. Send the documented fields alone.`;
    throw refusal(place, detail);
  }
}

/**
 * Asserts that a JSON value has no list, object or depth beyond what any request may have, and not more values in all.
 * It costs little, whatever the value is: it looks at no text, and ends at the first limit that is exceeded.
 *
 * @throws {InvalidInput} at the list or the object that is too long or too deep
 * @throws {TooLarge} when there are too many values
 */
export function assertShape(value: unknown): void {
  let level: Place[] = isContainer(value) ? [{ value, within: null, name: '' }] : [];
  let count = 0;
  for (let depth = 1; level.length > 0; depth++) {
    const inside: Place[] = [];
    for (const place of level) {
      if (depth > maximumRequestDepth) {
        throw refusal(place, `Is nested too deeply; at most ${maximumRequestDepth} levels are accepted.`);
      }
      const list = Array.isArray(place.value);
      const names = list ? place.value : Object.keys(place.value);
      if (list) assertItems(place, names);
      else assertMembers(place, names);
      count += names.length;
      if (count > maximumRequestValues) throw tooManyValues();
      for (let index = 0; index < names.length; index++) {
        const name = list ? index : (names[index] as string);
        const member = (place.value as Record<string | number, unknown>)[name];
        if (isContainer(member)) inside.push({ value: member, within: place, name });
      }
    }
    level = inside;
  }
}

/** The error of a request that has too many values. */
export function tooManyValues(): TooLarge {
  const detail = `A request holds at most ${maximumRequestValues} values: the members of all objects and the items of all lists. Send less at once.`;
  return new TooLarge(detail, [{ pointer: '', detail }]);
}
