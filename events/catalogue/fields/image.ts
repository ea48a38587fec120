import * as z from 'zod';
import { once } from '../../input/once.ts';
import { textOf } from './text.ts';
import { webAddressOf } from './web-address.ts';

const maximumCreditLength = 300;
const maximumLicenceLength = 300;
const maximumAlternativeTextLength = 1000;
const maximumCaptionLength = 2000;
/** The most that a JPEG can have. */
const maximumPixels = 65_535;

const pixelsSchema = () => z.int().min(1).max(maximumPixels).optional().describe('In pixels.');

/**
 * An image of an event. The address is that of the image itself, and https: a page that was fetched by https may not
 * show an image by http (W3C Mixed Content).
 */
export const imageSchema = once(() =>
  z
    .strictObject({
      url: webAddressOf('https'),
      alternativeText: textOf(maximumAlternativeTextLength).describe(
        'What the image shows, for readers who do not see it.',
      ),
      credit: textOf(maximumCreditLength).describe(
        'The credit line that must be shown with the image: who made it, and who owns it.',
      ),
      licence: textOf(maximumLicenceLength).describe('Under which licence it may be used, such as `CC BY-SA 4.0`.'),
      caption: textOf(maximumCaptionLength).optional(),
      width: pixelsSchema(),
      height: pixelsSchema(),
    })
    .describe('An image of the event.'),
);
