import { writeFile } from 'node:fs/promises';
import { openApiText } from '../openapi/document.ts';

/** Writes `openapi.json`, which the functions serve. Run it after every change of a route or a schema. */
await writeFile(new URL('../openapi.json', import.meta.url), openApiText());
