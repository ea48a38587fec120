import type { Actor } from '../../../events/catalogue/fields/actor.ts';
import type { Place } from '../../../events/catalogue/fields/place.ts';
import { eventTypeOf } from '../../../events/catalogue/index.ts';
import type { ShownEntry } from './entry.ts';

/** What the fields of an entry hold, one or a list in each, the same thing once. */
function heldBy<Named extends Actor | Place>({ data }: ShownEntry, fields: readonly string[]): Named[] {
  const members = new Map<string, Named | Named[] | undefined>(Object.entries(data as object));
  const all = fields.flatMap((field) => members.get(field) ?? []);
  return [...new Map(all.map((named) => [JSON.stringify(named), named])).values()];
}

/** The actors of an entry: those listed as such, and those in the fields that its type has for them. */
export const actorsOf = (entry: ShownEntry): Actor[] =>
  heldBy<Actor>(entry, ['actors', ...(eventTypeOf(entry.type)?.actors ?? [])]);

/** The places of an entry: those listed as such, and those in the fields that its type has for them. */
export const placesOf = (entry: ShownEntry): Place[] =>
  heldBy<Place>(entry, ['places', ...(eventTypeOf(entry.type)?.places ?? [])]);
