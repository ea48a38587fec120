/**
 * The address of an event that stays the same for ever.
 *
 * @param origin the public address of the API, see `Request.origin`
 */
export function permalink(origin: string, eventId: string): string {
  return `${origin}/v1/events/${eventId}`;
}
