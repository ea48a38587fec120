import { openApiDocument } from './document.ts';

/** `openapi.json`, as it is committed. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}
