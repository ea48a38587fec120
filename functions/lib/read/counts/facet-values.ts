import { eventTypeOf } from '../../../../events/catalogue/index.ts';
import { storyFacet } from '../../../../events/filters/facet-keys.ts';
import { type Named, namedIn } from '../../../../events/filters/facets.ts';
import { byList, type FilterList, filterLists, filterTable } from '../../../../events/filters/filter-table.ts';
import { codesNamedIn } from '../../../../events/filters/identifiers-for.ts';
import { maximumFacetValues } from '../../../../events/input/limits.ts';
import { isRedacted } from '../../../../events/redaction.ts';
import { entryOf } from '../../../../events/timeline/entry.ts';
import { readContents } from '../../event-log/published.ts';
import { inParallel } from '../../runtime/concurrency.ts';
import type { Consistency } from '../../runtime/consistency.ts';
import { readDescription } from '../../timelines/descriptions.ts';
import type { Match } from '../cards/matches.ts';
import type { Snapshot } from '../cards/snapshot.ts';
import type { FacetsAnswer } from './facets-answer.ts';

/** The latest entries in which the names of one actor or place are looked for. */
const entriesReadForName = 10;

/** Large entries that are read from the log for the names of actors and places. */
const largeEntriesRead = 20;

const readsAtOnce = 16;

interface Counted {
  readonly value: string;
  readonly count: number;
}

/** The values of one list, those that most entries have first. */
function countedIn(matches: readonly Match[], list: FilterList): Counted[] {
  const counts = new Map<string, number>();
  for (const { filters } of matches) {
    for (const value of filters[list]) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const counted = [...counts].map(([value, count]) => ({ value, count }));
  return counted.sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1));
}

type NamedList = Named['list'];

const namedLists = ['actors', 'places'] as const;

/** An actor or a place whose name is needed. */
interface Value {
  readonly list: NamedList;
  readonly value: string;
}

/** The names of an actor or a place that were found, the latest first, and in how many entries. */
interface Found {
  readonly list: NamedList;
  readonly identifier: string;
  readonly names: string[];
  entries: number;
}

type Names = ReadonlyMap<string, string>;

const keyOf = (list: NamedList, value: string) => `${list} ${value}`;

/**
 * The name of an actor or a place: the latest one that finds its code, since one code may have several names, such as
 * France and French Senate; if there is none, the latest.
 *
 * @param names the latest first
 */
async function nameOf({ list, identifier, names }: Found): Promise<string | undefined> {
  if (names.length > 1) {
    for (const name of names) if ((await codesNamedIn(list, [name])).includes(identifier)) return name;
  }
  return names[0];
}

/** What entries name, as long as these are remembered. */
const parsed = new WeakMap<Match, readonly Named[]>();

/** The actors and places that an entry names; null if it is large and not read yet. */
function namesOf(match: Match): readonly Named[] | null {
  const known = parsed.get(match);
  if (known) return known;
  if (match.entry === null) return null;
  const named = namedIn(JSON.parse(match.entry));
  parsed.set(match, named);
  return named;
}

/** The names of actors and places as the latest of the entries that have them give them. */
async function namesIn(matches: readonly Match[], wanted: readonly Value[], consistency: Consistency): Promise<Names> {
  const found = { actors: new Map<string, Found>(), places: new Map<string, Found>() };
  for (const { list, value } of wanted) found[list].set(value, { list, identifier: value, names: [], entries: 0 });
  const isAny = ({ filters }: Match, test: (one: Found) => boolean) =>
    namedLists.some((list) =>
      filters[list].some((value) => {
        const one = found[list].get(value);
        return one !== undefined && test(one);
      }),
    );
  const learn = (named: readonly Named[]) => {
    for (const { list, identifier, name } of named) {
      const one = found[list].get(identifier);
      if (!one) continue;
      one.entries += 1;
      if (!one.names.includes(name)) one.names.push(name);
    }
  };
  const latestFirst = matches.toSorted((one, other) => other.revision.position - one.revision.position);
  for (const match of latestFirst) {
    if (isAny(match, ({ entries }) => entries < entriesReadForName)) learn(namesOf(match) ?? []);
  }
  const isLarge = ({ largeBytes }: Match) => largeBytes > 0;
  const large = latestFirst
    .filter((match) => isLarge(match) && isAny(match, ({ names }) => names.length === 0))
    .slice(0, largeEntriesRead);
  const contentOf = await readContents(
    large.map(({ revision }) => revision),
    consistency,
  );
  for (const { revision } of large) {
    const content = contentOf(revision);
    // What is taken down this very moment may be gone there already.
    if (!isRedacted(content)) learn(namedIn(entryOf(content)));
  }
  const named = await Promise.all(
    [...found.actors.values(), ...found.places.values()].map(
      async (one): Promise<[string, string | undefined]> => [keyOf(one.list, one.identifier), await nameOf(one)],
    ),
  );
  return new Map(named.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/** The titles of stories as of the moment of a snapshot. */
async function titlesOf(
  stories: readonly string[],
  { checkpoint, moment, consistency }: Pick<Snapshot, 'checkpoint' | 'moment' | 'consistency'>,
): Promise<Names> {
  const titles = await inParallel(stories, readsAtOnce, async (story): Promise<[string, string][]> => {
    const described = await readDescription(checkpoint.generation, storyFacet(story), moment, consistency);
    return described ? [[story, described.title]] : [];
  });
  return new Map(titles.flat());
}

/**
 * The values that the entries of a timeline have, by the parameter that filters by them, with their names.
 *
 * @param isOfStory whether they are of one story, so that the titles of stories are not needed
 */
export async function facetValuesOf(
  matches: readonly Match[],
  snapshot: Pick<Snapshot, 'checkpoint' | 'moment' | 'consistency'>,
  isOfStory = false,
): Promise<FacetsAnswer['facets']> {
  const counted = byList((list) => countedIn(matches, list));
  const shown = byList((list) => counted[list].slice(0, maximumFacetValues));
  const wanted = namedLists.flatMap((list) => shown[list].map(({ value }) => ({ list, value })));
  const [names, titles] = await Promise.all([
    namesIn(matches, wanted, snapshot.consistency),
    titlesOf(isOfStory ? [] : shown.stories.map(({ value }) => value), snapshot),
  ]);
  const shownNameOf = (list: FilterList, value: string): string | null => {
    if (list === 'types') return eventTypeOf(value)?.description ?? null;
    if (list === 'stories') return titles.get(value) ?? null;
    return list === 'actors' || list === 'places' ? (names.get(keyOf(list, value)) ?? null) : null;
  };
  const valuesOf = (list: FilterList) => ({
    values: shown[list].map(({ value, count }) => ({ value, name: shownNameOf(list, value), count })),
    more: counted[list].length - shown[list].length,
  });
  return Object.fromEntries(
    filterLists.map((list) => [filterTable[list].parameter, valuesOf(list)]),
  ) as FacetsAnswer['facets'];
}
