import { textOf } from '../../../events/catalogue/fields/text.ts';

const longestNote = 2_000;

/** Why an event is corrected or retracted: shown to everyone. */
export const noteSchema = textOf(longestNote).describe('Why: shown to everyone.');
