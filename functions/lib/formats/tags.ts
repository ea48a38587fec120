import type { ShownEntry } from './entry.ts';
import { actorsOf, placesOf } from './named.ts';

/** A word that an entry can be sorted by. */
export interface Tag {
  readonly kind: 'type' | 'topic' | 'place' | 'actor';
  readonly name: string;
}

const namesOf = (named: readonly { readonly name: string }[]) => [...new Set(named.map(({ name }) => name))];

/** What an entry can be sorted by: its type, its topics, the names of its places and of its actors. */
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
