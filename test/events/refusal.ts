import { type InputError, InvalidInput } from '../../events/input/errors.ts';

/** The errors that an action is refused with; none if it goes through. */
export function refusalOf(action: () => unknown): readonly InputError[] {
  try {
    action();
  } catch (error) {
    if (error instanceof InvalidInput) return error.errors;
    throw error;
  }
  return [];
}
