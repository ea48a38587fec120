import * as z from 'zod';
import { maximumEventIdentifierLength } from '../../input/limits.ts';

/** Control characters are listed by their numbers, since tools disagree on Unicode classes (JSON Schema 2020-12, 6.4). */
const portablePattern = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$';

/** The id that a newsroom's tool gives an event. */
export const eventIdentifierSchema = z
  .string()
  .regex(
    new RegExp(`^\\P{Cc}{1,${maximumEventIdentifierLength}}$`, 'u'),
    `Must have 1 to ${maximumEventIdentifierLength} characters, none of them a control character.`,
  )
  .meta({ minLength: 1, maxLength: maximumEventIdentifierLength, pattern: portablePattern });
