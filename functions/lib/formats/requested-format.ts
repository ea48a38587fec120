import Negotiator from 'negotiator';
import { NotAcceptable } from '../http/http-errors.ts';
import { type Format, type FormatName, formatNames } from './format.ts';
import { json } from './json.ts';
import { essenceOf } from './media-types.ts';
import { ndjson } from './ndjson.ts';

/** The formats, loaded when they are asked for: a start that answers JSON loads no words and no other format. */
const loaders: Readonly<Record<FormatName, () => Promise<Format>>> = {
  json: async () => json,
  ndjson: async () => ndjson,
  csv: async () => (await import('./csv.ts')).csv,
  geojson: async () => (await import('./geojson.ts')).geojson,
  jsonfeed: async () => (await import('./feeds/jsonfeed.ts')).jsonfeed,
  atom: async () => (await import('./feeds/atom.ts')).atom,
  rss: async () => (await import('./feeds/rss.ts')).rss,
  ics: async () => (await import('./calendar/ics.ts')).ics,
  timelinejs: async () => (await import('./timelinejs/timelinejs.ts')).timelinejs,
};

/** Parameters of media ranges, such as `charset`, except the weight. No format depends on them. */
const parameters = /;(?!\s*q\s*=)[^;,"]*(?:"(?:[^"\\]|\\.)*")?/gi;

function nameFor(accept: string | undefined): FormatName {
  if (accept === undefined || accept.trim() === '') return 'json';
  const ranges = accept.replace(parameters, '');
  const mediaTypes = formatNames.map(essenceOf);
  const [preferred] = new Negotiator({ headers: { accept: ranges } }).mediaTypes(mediaTypes);
  const chosen = formatNames.find((name) => essenceOf(name) === preferred);
  if (!chosen)
    throw new NotAcceptable(
      `A timeline is available as ${mediaTypes.join(', ')}. Accept one of them, or use the parameter format.`,
    );
  return chosen;
}

/**
 * The requested format: by `format`, else by `Accept` (RFC 9110, 12.5.1), else JSON.
 *
 * @throws {NotAcceptable} if `Accept` names none of them
 */
export async function requestedFormat(name: FormatName | undefined, accept: string | undefined): Promise<Format> {
  return loaders[name ?? nameFor(accept)]();
}
