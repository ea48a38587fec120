import type { InputError } from '../../../events/input/errors.ts';
import { maximumErrors } from '../../../events/input/limits.ts';

/** Names and messages can be as long as the request; a response must stay below the gateway's limit. */
const maximumTextLength = 1_000;

/** A text, cut where it is too long for a response. */
export function clip(text: string): string {
  return text.length > maximumTextLength ? `${text.slice(0, maximumTextLength)}…` : text;
}

/** The member `errors` of a response, if there are any: the first hundred, clipped. */
export function listed(errors: readonly InputError[]): { errors?: readonly object[] } {
  if (errors.length === 0) return {};
  const entries = errors.slice(0, maximumErrors).map((error) => {
    return Object.fromEntries(Object.entries(error).map(([member, text]) => [member, clip(text)]));
  });
  return { errors: entries };
}

/** One sentence for clients that show no more than `detail`: place and reason of one error, the number of several. */
export function summaryOf(errors: readonly InputError[]): string | undefined {
  const [first, second] = errors;
  if (!first) return undefined;
  if (second) {
    if (errors.length <= maximumErrors) return `The request has ${errors.length} errors; the member errors lists them.`;
    return `The request has more than ${maximumErrors} errors; the member errors lists the first ${maximumErrors}, and the check ended there.`;
  }
  const { detail, ...places } = first;
  const [place] = Object.values(places);
  return place ? `${clip(place)}: ${detail}` : detail;
}
