import type { World } from '../world/world.ts';
import { verdictOn } from './timeline-oracle.ts';

/** What a reader knows of a change. */
interface Change {
  readonly change: 'recorded' | 'corrected' | 'retracted' | 'redacted';
  readonly id: string;
  readonly entry: Entry | null;
}

interface Named {
  readonly name: string;
  readonly iso3166?: string;
  readonly iso3166_2?: string;
  readonly qid?: string;
}

interface Entry {
  readonly id: string;
  readonly type: string;
  readonly story: string;
  readonly when: { readonly edtf: string; readonly tz: string; readonly kind: 'point' | 'span' } & Extent;
  readonly data: {
    readonly status: string;
    readonly stories?: readonly string[];
    readonly places?: readonly Named[];
    readonly actors?: readonly Named[];
    readonly parties?: readonly Named[];
  };
}

interface Extent {
  readonly earliest: string | null;
  readonly latest: string | null;
}

const slug = (name: string) => name.toLowerCase().replaceAll(' ', '-');
const identifiers = (named: readonly Named[] = []) =>
  named.map(({ name, iso3166, iso3166_2, qid }) => iso3166_2 ?? iso3166 ?? qid ?? slug(name));

/**
 * What a reader of the API can tell from its documents alone: which entries a query is for. Bounds have `tz` or are
 * instants.
 */
function isFor(query: URLSearchParams, { type, story, when, data }: Entry): boolean {
  const asked = (name: string, values: readonly string[]) => !query.has(name) || values.includes(query.get(name) ?? '');
  const range = Object.fromEntries(
    ['from', 'to', 'tz', 'match'].flatMap((name) => [[name, query.get(name) ?? undefined]]),
  );
  return (
    asked('type', [type]) &&
    asked('story', [story, ...(data.stories ?? [])]) &&
    asked('status', [data.status]) &&
    asked('place', identifiers(data.places)) &&
    asked('actor', identifiers([...(data.actors ?? []), ...(data.parties ?? [])])) &&
    ((!query.has('from') && !query.has('to')) || verdictOn(when, range) !== null)
  );
}

/** Earliest, latest, id; what has no start comes first, what has no end last. */
function inOrder(one: Entry, other: Entry): number {
  const keyOf = ({ when: { earliest, latest }, id }: Entry) => [earliest ?? '', latest ?? '~', id];
  const [mine, theirs] = [keyOf(one), keyOf(other)];
  const place = mine.findIndex((key, index) => key !== theirs[index]);
  return (mine[place] as string) < (theirs[place] as string) ? -1 : 1;
}

/** A copy of a timeline, kept by somebody who knows only the API: by asking for the changes and doing what they say. */
export class ChangesCopy {
  readonly #world: World;
  readonly #query: string;
  readonly #entries = new Map<string, Entry>();
  #next = 0;

  constructor(world: World, query: string) {
    this.#world = world;
    this.#query = query;
  }

  /** Asks for one page, and tells whether there are more. */
  async follow(limit: number): Promise<boolean> {
    const { body } = await this.#world.get(`/v1/changes?after=${this.#next}&limit=${limit}&${this.#query}`);
    for (const { change, id, entry } of body.changes as Change[]) {
      if (entry) this.#entries.set(id, entry);
      else if (change === 'retracted' || change === 'redacted') this.#entries.delete(id);
    }
    this.#next = body.next;
    return body.next < body.head;
  }

  /** The timeline as the copy has it. */
  timeline(): Entry[] {
    const query = new URLSearchParams(this.#query);
    return [...this.#entries.values()].filter((entry) => isFor(query, entry)).sort(inOrder);
  }
}
