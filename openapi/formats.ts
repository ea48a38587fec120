import type { ZodOpenApiContentObject } from 'zod-openapi';
import { essenceOf, formats } from '../functions/lib/formats/index.ts';
import { timelineDocumentExample } from './examples.ts';

/** A timeline in each of its formats, with an example that the format itself wrote. The example is JSON if the format is, else text. */
export const timelineContent: ZodOpenApiContentObject = Object.fromEntries(
  Object.values(formats).map((format) => {
    const mediaType = essenceOf(format);
    const written = format.render(timelineDocumentExample);
    const example: unknown = /[/+]json$/.test(mediaType) ? JSON.parse(written) : written;
    return [mediaType, { schema: format.schema, example }];
  }),
);
