import * as z from 'zod';
import { once } from '../../input/once.ts';
import { textOf } from './text.ts';
import { momentSchema } from './times.ts';
import { webAddressOf } from './web-address.ts';

const maximumPublisherLength = 200;
const maximumTitleLength = 1000;

/** The publisher of a report of an event, and its address. */
export const sourceSchema = once(() =>
  z
    .strictObject({
      url: webAddressOf('http or https'),
      publisher: textOf(maximumPublisherLength),
      title: textOf(maximumTitleLength).optional(),
      publishedAt: momentSchema().optional(),
    })
    .describe('Who published a report of the event, and where to read it.'),
);
