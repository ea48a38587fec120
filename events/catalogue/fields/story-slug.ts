import * as z from 'zod';

/** The slug that names a story. */
export const storySlugSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,79}$/,
    'Must be the slug of a story: 1 to 80 lower-case letters of ASCII, digits and hyphens, no hyphen first.',
  )
  .meta({ description: 'The slug that names a story.', examples: ['karabakh-2020'] });
