import * as z from 'zod';
import type { Request } from './request.ts';

/**
 * The address of the page of an event, which stays the same for ever.
 *
 * @param origin the public address of the API, see `Request.origin`
 */
export const permalink = (origin: string, eventId: string): string => `${origin}/events/${eventId}`;

/**
 * The id of an event in feeds, by which a reader knows it again. It is the address of its JSON, and must never change.
 */
export const feedId = (origin: string, eventId: string): string => `${origin}/v1/events/${eventId}`;

type Asked = Pick<Request, 'origin' | 'path' | 'rawQuery'>;

/** `nextCursor`, wherever a list is answered in pages. */
export const nextCursorField = z
  .string()
  .nullable()
  .describe('Send it as `cursor` to read the next page. Null on the last page.');

/** The address of the next page of the same list: the query of this one with another value of one parameter. */
export function addressOfNext({ origin, path, rawQuery }: Asked, parameter: string, value: string): string {
  const query = new URLSearchParams(rawQuery);
  query.set(parameter, value);
  return `${origin}${path}?${query}`;
}

/** The address of the first page of the same list. */
export function addressOfFirst({ origin, path, rawQuery }: Asked): string {
  const query = new URLSearchParams(rawQuery);
  query.delete('cursor');
  return `${origin}${path}${query.size > 0 ? `?${query}` : ''}`;
}

/** A `Link` header (RFC 8288) to the next page of the same list; none at the end. */
export function nextLink(request: Asked, parameter: string, value: string | null): Record<string, string> {
  return value === null ? {} : { link: `<${addressOfNext(request, parameter, value)}>; rel="next"` };
}
