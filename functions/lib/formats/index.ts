import Negotiator from 'negotiator';
import { NotAcceptable } from '../http/http-errors.ts';
import { atom } from './atom.ts';
import { csv } from './csv.ts';
import type { Format, FormatName } from './format.ts';
import { geojson } from './geojson.ts';
import { ics } from './ics.ts';
import { json } from './json.ts';
import { jsonfeed } from './jsonfeed.ts';
import { ndjson } from './ndjson.ts';
import { rss } from './rss.ts';
import { timelinejs } from './timelinejs.ts';

/** The formats, the default first. */
export const formats: Readonly<Record<FormatName, Format>> = {
  json,
  ndjson,
  csv,
  geojson,
  jsonfeed,
  atom,
  rss,
  ics,
  timelinejs,
};

/** A media type without its parameters, as `Accept` names it. */
export const essenceOf = ({ mediaType }: Format): string => (mediaType.split(';')[0] as string).trim();

/** The media types of timelines. */
export const mediaTypes: readonly string[] = Object.values(formats).map(essenceOf);

/** Parameters of media ranges, such as `charset`, except the weight. No format depends on them. */
const parameters = /;\s*(?!q\s*=)[^;,"]*(?:"(?:[^"\\]|\\.)*")?/gi;

/**
 * The requested format: by `format`, else by `Accept` (RFC 9110, 12.5.1), else JSON.
 *
 * @throws {NotAcceptable} if `Accept` names none of them
 */
export function formatFor(name: FormatName | undefined, accept: string | undefined): Format {
  if (name !== undefined) return formats[name];
  if (accept === undefined || accept.trim() === '') return json;
  const ranges = accept.replace(parameters, '');
  const [preferred] = new Negotiator({ headers: { accept: ranges } }).mediaTypes([...mediaTypes]);
  const chosen = Object.values(formats).find((format) => essenceOf(format) === preferred);
  if (!chosen)
    throw new NotAcceptable(
      `A timeline is available as ${mediaTypes.join(', ')}. Accept one of them, or use the parameter format.`,
    );
  return chosen;
}
