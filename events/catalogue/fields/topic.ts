import * as z from 'zod';
import { once } from '../../input/once.ts';

/** A media topic of the IPTC. */
export const topicSchema = once(() =>
  z
    .string()
    .regex(/^medtop:\d{8}$/, 'Must be a media topic of the IPTC, such as medtop:20000641.')
    .meta({ description: 'A media topic of the IPTC.', examples: ['medtop:20000641'] }),
);
