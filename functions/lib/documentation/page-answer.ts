import { createHash } from 'node:crypto';
import { NotFound } from '../../../events/input/errors.ts';
import type { Answer } from '../http/answer.ts';
import { style } from './style.ts';

/** Pages change only with a release. Every reader gets the new ones within five minutes. */
export const documentationCaching = {
  'cache-control': 'public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400',
};

const styleHash = createHash('sha256').update(style).digest('base64');

const headers = {
  ...documentationCaching,
  'content-type': 'text/html; charset=utf-8',
  // A page contains only text and its own style. Browsers block everything else.
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
};

/**
 * The response with a page.
 *
 * @throws {NotFound} when there is no page
 */
export function pageAnswer(html: string | null): Answer {
  if (html === null) throw new NotFound('There is no page at this address. The documentation begins at /docs.');
  return { status: 200, headers, body: html };
}
