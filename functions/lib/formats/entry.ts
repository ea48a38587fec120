import type { Actor } from '../../../events/catalogue/fields/actor.ts';
import type { Place } from '../../../events/catalogue/fields/place.ts';
import { eventTypeOf } from '../../../events/catalogue/index.ts';
import type { Certainty } from '../../../events/dates/certainty.ts';
import type { Entry } from '../../../events/timeline/entry-schema.ts';
import { primaryLanguageOf } from '../words/languages.ts';
import type { TimelineDocument } from './format.ts';

/** An entry as a page of a timeline shows it. */
export type ShownEntry = Entry & {
  readonly certainty: Certainty;
  /** The language of what is not translated, if the headline is a translation. */
  readonly originalLanguage?: string;
  /** Whether the summary is a translation too. */
  readonly hasTranslatedSummary?: true;
};

/** A source of an entry as a link. */
export interface SourceLink {
  readonly href: string;
  readonly text: string;
  /** When it published its report, as it was written. */
  readonly publishedAt?: string;
}

/** A word that an entry can be sorted by. */
export interface Tag {
  readonly kind: 'type' | 'topic' | 'place' | 'actor';
  readonly name: string;
}

/** The values of some fields of an entry, of which each holds one value or a list; equal values once. */
function valuesIn<Named extends Actor | Place>({ data }: ShownEntry, fields: readonly string[]): Named[] {
  const members = new Map<string, Named | Named[] | undefined>(Object.entries(data as object));
  const all = fields.flatMap((field) => members.get(field) ?? []);
  return [...new Map(all.map((named) => [JSON.stringify(named), named])).values()];
}

/** The language of an entry, BCP 47: English if the newsroom named none, whatever the language of the timeline. */
export const languageOf = ({ data }: Pick<ShownEntry, 'data'>): string => data.language ?? 'en';

/** The tag of the translation for a language: exactly that one, else another of the same language. */
function translationFor(language: string, tags: readonly string[]): string | undefined {
  const exact = tags.find((tag) => tag.toLowerCase() === language.toLowerCase());
  return exact ?? tags.find((tag) => primaryLanguageOf(tag) === primaryLanguageOf(language));
}

/** The entry with its headline and summary in a language, if it is in another and has a translation. */
function translatedTo(language: string, entry: ShownEntry): ShownEntry {
  const { translations } = entry.data;
  const original = languageOf(entry);
  if (!translations || primaryLanguageOf(original) === primaryLanguageOf(language)) return entry;
  const tag = translationFor(language, Object.keys(translations));
  const texts = tag === undefined ? undefined : translations[tag];
  if (tag === undefined || !texts) return entry;
  const { headline, summary } = texts;
  return {
    ...entry,
    originalLanguage: original,
    ...(summary !== undefined && { hasTranslatedSummary: true }),
    data: { ...entry.data, language: tag, headline, ...(summary !== undefined && { summary }) },
  };
}

/** The entries of a document, parsed, in their order and in the language of the document where they have it. */
export function entriesOf({ entries, language }: Pick<TimelineDocument, 'entries' | 'language'>): ShownEntry[] {
  return entries.map((entry) => translatedTo(language, JSON.parse(entry) as ShownEntry));
}

/** The actors of an entry: those in `actors`, and those in the fields that its type has for actors. */
export const actorsOf = (entry: ShownEntry): Actor[] =>
  valuesIn<Actor>(entry, ['actors', ...(eventTypeOf(entry.type)?.actors ?? [])]);

/** The places of an entry: those in `places`, and those in the fields that its type has for places. */
export const placesOf = (entry: ShownEntry): Place[] =>
  valuesIn<Place>(entry, ['places', ...(eventTypeOf(entry.type)?.places ?? [])]);

/**
 * How certain it is that the event happened in the range that was asked for; null without a range. It says nothing
 * else: how sure the newsroom is, is the status.
 */
export const certaintyIn = ({ certainty }: ShownEntry, { range }: Pick<TimelineDocument, 'range'>): Certainty | null =>
  range.from === null && range.to === null ? null : certainty;

/** The names of actors or places, each once. */
export const namesOf = (named: readonly { readonly name: string }[]): string[] => [
  ...new Set(named.map(({ name }) => name)),
];

/** The names of the actors and places in the fields that the type of an entry has of its own. */
export function ownNamesOf(entry: ShownEntry): string[] {
  const { actors = [], places = [] } = eventTypeOf(entry.type) ?? {};
  return namesOf(valuesIn<Actor | Place>(entry, [...actors, ...places]));
}

/** The sources of an entry as links. Characters that no address may have, such as `<` and `"`, are percent-encoded. */
export const sourceLinks = ({ data }: ShownEntry): SourceLink[] =>
  data.sources.map(({ url, publisher, title, publishedAt }) => ({
    href: URL.parse(url)?.href ?? url,
    text: title === undefined ? publisher : `${publisher}: ${title}`,
    ...(publishedAt !== undefined && { publishedAt }),
  }));

/** The tags of an entry: its type, its topics, and the names of its places and actors. */
export function tagsOf(entry: ShownEntry): Tag[] {
  const names: Record<Tag['kind'], Iterable<string>> = {
    type: [entry.type],
    topic: new Set(entry.data.topics),
    place: namesOf(placesOf(entry)),
    actor: namesOf(actorsOf(entry)),
  };
  const kinds = Object.keys(names) as Tag['kind'][];
  return kinds.flatMap((kind) => [...names[kind]].map((name) => ({ kind, name })));
}
