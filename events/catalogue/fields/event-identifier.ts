import * as z from 'zod';

const maximumLength = 200;

/** The id that a newsroom's tool gives an event. */
export const eventIdentifierSchema = z
  .string()
  .regex(
    new RegExp(`^\\P{Cc}{1,${maximumLength}}$`, 'u'),
    `Must have 1 to ${maximumLength} characters, none of them a control character.`,
  )
  .meta({ minLength: 1, maxLength: maximumLength });
