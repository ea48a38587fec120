import Negotiator from 'negotiator';
import { NotAcceptable } from '../http-errors.ts';
import type { Format } from './format.ts';
import { json } from './json.ts';
import type { FormatName } from './names.ts';
import { ndjson } from './ndjson.ts';

/** The formats, the usual one first. */
const formats: Readonly<Partial<Record<FormatName, Format>>> = {
  json,
  ndjson,
};

/** A media type without its parameters, as `Accept` names it. */
const essenceOf = ({ mediaType }: Format) => (mediaType.split(';')[0] as string).trim();

/**
 * The format that a client asks for: by `format`, else by `Accept` (RFC 9110, 12.5.1), else JSON.
 *
 * @throws NotAcceptable if it takes none of them
 */
export function formatFor(name: FormatName | undefined, accept: string | undefined): Format {
  if (name !== undefined) return formats[name] ?? json;
  if (accept === undefined) return json;
  const all = Object.values(formats);
  const [preferred] = new Negotiator({ headers: { accept } }).mediaTypes(all.map(essenceOf));
  const chosen = all.find((format) => essenceOf(format) === preferred);
  if (!chosen) throw new NotAcceptable(`A timeline comes as ${all.map(essenceOf).join(', ')}; or name a format.`);
  return chosen;
}
