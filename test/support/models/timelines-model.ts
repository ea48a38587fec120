import { fieldsChanged } from '../../../events/decisions/changes.ts';
import type { CloudEvent } from '../../../events/event.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { type Card, cardOf } from '../../../events/timeline/card.ts';
import { itemsOf } from '../world/tables.ts';

type Item = Record<string, unknown>;

/** The version that corrections are written in. */
const v = 1;
const pastCardVersion = 5;
const publicationVersion = 2;

/** What stands in the table of timelines, by key. What tombstones say is not among it, but where there are some. */
export interface Timelines {
  readonly checkpoint: object;
  readonly heads: Record<string, object>;
  readonly cards: Record<string, object>;
  readonly past: Record<string, object>;
  readonly corrections: Record<string, object>;
  readonly tombstones: readonly string[];
  readonly publications: Record<string, object>;
  readonly descriptions: Record<string, object>;
  /** The positions that are parked, in order. */
  readonly parked: readonly number[];
}

const days = ({ extent: { civilEarliest, civilLatest } }: Card) =>
  [civilEarliest ?? civilLatest, civilLatest ?? civilEarliest] as [string, string];

/** How vague a date is, from seconds to centuries; then whether it is sure. */
function vaguenessOf(date: string): number {
  const forms = [/T\d\d:\d\d:/, /T/, /^\d{4}-\d\d-\d\d/, /^\d{4}-\d\d/, /^\d{4}/, /^\d{3}X/, /^\d\dXX/];
  return date === '..' ? 100 : 2 * forms.findIndex((form) => form.test(date)) + (/[~?%]$/.test(date) ? 1 : 0);
}

/** The date of the start or the end of an event, if it is no day. */
function dateOf({ entry, extent: { kind, civilEarliest, civilLatest } }: Card, end: 0 | 1): string | null {
  const sides: string[] = JSON.parse(entry).when.edtf.split('/');
  const side = (end === 0 ? sides[0] : sides.at(-1)) || '..';
  if (Buffer.byteLength(entry) <= 3_072) return /^\d{4}-\d\d-\d\d(T[^~?%]*)?$/.test(side) ? null : side;
  if (kind === 'span' || civilEarliest === null || civilLatest === null || civilEarliest === civilLatest) return null;
  const length = [7, 4, 3, 2].find((common) => civilLatest.startsWith(civilEarliest.slice(0, common)));
  return length === undefined ? null : civilEarliest.slice(0, length).padEnd(4, 'X');
}

/** The most exact date of the cards that have a day at one end; undefined if it is that day. */
function edgeDateOf(cards: readonly Card[], end: 0 | 1, day: string | null): string | undefined {
  const dates = cards.filter((card) => days(card)[end] === day).map((card) => dateOf(card, end));
  if (dates.includes(null)) return undefined;
  const vague = dates.filter((date) => date !== null);
  return vague.sort((one, other) => vaguenessOf(one) - vaguenessOf(other) || (one < other ? -1 : 1))[0];
}

const dayOffset = ({ extent: { earliest, civilEarliest } }: Card) =>
  (earliest as number) - Date.parse(civilEarliest as string);

/** The text of an entry without the first members that the key of its card and the other attributes say too. */
function storedTextOf(
  entry: string,
  { types: [type], stories: [story], newsrooms: [newsroom] }: Card['filters'],
): string {
  const { id, revision, position, publishedAt } = JSON.parse(entry);
  const said = JSON.stringify({ id, revision, position, publishedAt, newsroom, type, story }).slice(0, -1);
  return entry.startsWith(said) ? entry.slice(said.length) : entry;
}

function attributesOf({ revision, position, publishedAt, filters, extent, entry }: Card, isCopied = true): Item {
  const {
    types: [type],
    statuses: [status],
    stories,
    actors,
    places,
    topics,
    newsrooms,
  } = filters;
  const { civilEarliest, civilLatest, kind, known } = extent;
  return {
    v: 4,
    r: revision,
    n: position,
    at: publishedAt,
    x: JSON.stringify([civilEarliest, civilLatest, kind, ...(known ? [known] : [])]),
    t: type,
    u: status,
    s: stories,
    ...(actors.length > 0 && { a: actors }),
    ...(places.length > 0 && { p: places }),
    ...(topics.length > 0 && { m: topics }),
    w: newsrooms,
    ...(isCopied && Buffer.byteLength(entry) <= 3_072
      ? { e: storedTextOf(entry, filters) }
      : { l: Buffer.byteLength(JSON.stringify(entry)) }),
  };
}

const storiesOf = ({ event: { subject, data } }: PublishedRevision) => [subject, ...(data.stories ?? [])];

function correctionOf(entry: PublishedRevision, before: PublishedRevision): object {
  const { position, publishedAt, kind, eventId, revision, event, note } = entry;
  const { type, subject: story } = event;
  const changed = fieldsChanged(before.event, event);
  return {
    v,
    n: position,
    e: JSON.stringify({ position, publishedAt, change: kind, id: eventId, revision, type, story, note, changed }),
  };
}

/** The published revisions in the order of the feed, as the items of the log hold them. */
export async function readFeed(): Promise<PublishedRevision[]> {
  const items = await itemsOf('EventLog');
  const logged = new Map(items.map(({ pk, sk, ...item }) => [`${pk} ${sk}`, item]));
  return items
    .filter(({ pk }) => pk === 'F')
    .map(({ position, publishedAt, eventId, revision }) => {
      const {
        v: _v,
        extent: _extent,
        carried: _carried,
        correlationId: _id,
        redaction,
        ...item
      } = logged.get(`E#${eventId} R#${String(revision).padStart(6, '0')}`) ?? {};
      const event = JSON.parse(item.event as string) as CloudEvent;
      const taken = redaction === undefined ? {} : { redaction: JSON.parse(redaction as string) };
      return { ...item, ...taken, event, position, publishedAt, eventId, revision } as unknown as PublishedRevision;
    })
    .sort((one, other) => one.position - other.position);
}

/**
 * The key of a long span in the list by end: its class, the first boundary of cells that it holds, its end, its start
 * and its id.
 */
function endKeyOf({ spanClass, order }: Card): string | null {
  if (!/[A-R]/.test(spanClass)) return null;
  const [start = '', end, id] = order.split('#');
  // Half of the longest span of the class, which is a month for `A` and doubles with each letter. Keys count from the
  // year 0.
  const cell = (31 * 24 + 2) * 3_600_000 * 2 ** (spanClass.charCodeAt(0) - 65);
  const epochMs = Number(start) - 62_167_219_200_000 - 86_400_000;
  const boundary = Math.ceil(epochMs / cell) * cell + 62_167_219_200_000 + 86_400_000;
  return `${spanClass}#${String(boundary).padStart(15, '0')}#${end}#${start}#${id}`;
}

/** A head in the making. */
interface Tally {
  readonly shown: Map<string, Card>;
  /** All that ever stood there. */
  readonly ever: Card[];
  latest: PublishedRevision;
  story?: object | undefined;
  owner?: { newsroom: string; position: number } | undefined;
}

/**
 * What the timelines must hold once the whole feed is projected, found by going through it from the beginning and
 * looking at everything each time: no chunks, no counting on from what was, no guards.
 *
 * @param parked positions that stay out
 */
export function timelinesOf(feed: readonly PublishedRevision[], parked: readonly number[] = []): Timelines {
  const tallies = new Map<string, Tally>();
  const cards: Record<string, object> = {};
  const past: Record<string, object> = {};
  const corrections: Record<string, object> = {};
  const publications: Record<string, object> = {};
  const descriptions: Record<string, object> = {};
  const left = new Set<string>();
  const standing = new Map<string, Card>();
  const previous = new Map<string, PublishedRevision>();
  /** The lines of the last revision of each event in the lists by publication. */
  const listed = new Map<string, readonly string[]>();
  /** The stories that each event is in, or ever was. */
  const everIn = new Map<string, ReadonlySet<string>>();

  const tallyOf = (facet: string, latest: PublishedRevision) => {
    const tally: Tally = tallies.get(facet) ?? { shown: new Map(), ever: [], latest };
    tallies.set(facet, tally);
    tally.latest = latest;
    return tally;
  };
  /** The first newsroom owns a story; what others say of it is ignored. */
  const describe = (entry: PublishedRevision) => {
    const { kind, newsroom, position: n, publishedAt, revision, event } = entry;
    const facet = `S#${event.subject}`;
    const { owner, shown, story } = tallies.get(facet) ?? { shown: new Map() };
    const isMine = owner === undefined || owner.newsroom === newsroom || kind === 'transferred';
    const isKept = kind === 'retracted' ? !isMine || owner === undefined || shown.size > 0 : !isMine;
    if (isKept) return;
    const tally = tallyOf(facet, entry);
    tally.story = kind === 'retracted' ? undefined : { ...event.data, revision };
    tally.owner =
      kind === 'retracted'
        ? undefined
        : kind === 'transferred'
          ? { newsroom, position: 0 }
          : (owner ?? { newsroom, position: n });
    const e = JSON.stringify(kind === 'retracted' ? null : event.data);
    if (story !== undefined || kind !== 'retracted') descriptions[`1#D#${facet} ${publishedAt}`] = { v, n, e };
  };
  for (const entry of feed) {
    const before = previous.get(entry.eventId);
    previous.set(entry.eventId, entry);
    if (parked.includes(entry.position)) continue;
    if (entry.event.type === 'story.described') {
      describe(entry);
      continue;
    }
    const stories = new Set([...(everIn.get(entry.eventId) ?? []), ...storiesOf(entry)]);
    everIn.set(entry.eventId, stories);
    for (const log of before ? ['ALL', ...[...stories].map((story) => `S#${story}`)] : []) {
      corrections[`1#C#${log} ${entry.publishedAt}`] = correctionOf(entry, before as PublishedRevision);
    }
    const replaced = listed.get(entry.eventId) ?? [];
    for (const key of replaced) publications[key] = { ...publications[key], until: entry.publishedAt };
    const lists = ['ALL', ...[...stories].map((story) => `S#${story}`)];
    const keys = lists.map((list) => `1#N#${list} ${entry.publishedAt}`);
    const { position: n, eventId: e, revision: r, kind: k } = entry;
    for (const key of keys) publications[key] = { v: publicationVersion, n, e, r, k };
    listed.set(entry.eventId, keys);
    const old = standing.get(entry.eventId);
    for (const facet of old?.facets ?? []) {
      const { spanClass, order, publishedAt } = old as Card;
      delete cards[`1#${facet} ${spanClass}#${order}`];
      left.add(`1#${facet} ${spanClass}#${order}`);
      const key = `1#H#${facet} ${spanClass}#${order}#${publishedAt}`;
      past[key] = { ...attributesOf(old as Card), v: pastCardVersion, until: entry.publishedAt };
      const end = endKeyOf(old as Card);
      if (end !== null) {
        delete cards[`1#Z#${facet} ${end}`];
        left.add(`1#Z#${facet} ${end}`);
        const endKey = `1#Y#${facet} ${end}#${publishedAt}`;
        past[endKey] = { ...attributesOf(old as Card, false), v: pastCardVersion, until: entry.publishedAt };
      }
      tallyOf(facet, entry).shown.delete(entry.eventId);
    }
    const card = cardOf(entry);
    standing.delete(entry.eventId);
    if (!card) continue;
    standing.set(entry.eventId, card);
    for (const facet of card.facets) {
      cards[`1#${facet} ${card.spanClass}#${card.order}`] = attributesOf(card);
      left.delete(`1#${facet} ${card.spanClass}#${card.order}`);
      const end = endKeyOf(card);
      if (end !== null) {
        cards[`1#Z#${facet} ${end}`] = attributesOf(card, false);
        left.delete(`1#Z#${facet} ${end}`);
      }
      const tally = tallyOf(facet, entry);
      tally.shown.set(entry.eventId, card);
      if (facet.startsWith('S#')) tally.owner ??= { newsroom: entry.newsroom, position: entry.position };
      tally.ever.push(card);
    }
  }
  const heads = [...tallies].map(([facet, { shown, ever, latest, story, owner }]) => {
    const all = [...shown.values()];
    const offsets = ever.filter(({ spanClass }) => spanClass === 'd').map(dayOffset);
    const classes = ever
      .map(({ spanClass }) => spanClass)
      .map((name) => [name, all.filter(({ spanClass }) => spanClass === name).length]);
    const first = all.map((card) => days(card)[0]).sort()[0] ?? null;
    const last =
      all
        .map((card) => days(card)[1])
        .sort()
        .at(-1) ?? null;
    const [firstDate, lastDate] = [edgeDateOf(all, 0, first), edgeDateOf(all, 1, last)];
    return [
      `1#HEADS ${facet}`,
      {
        v: 2,
        entries: all.length,
        classes: Object.fromEntries(classes),
        ...(offsets.length > 0 && { dayOffsets: { from: Math.min(...offsets), to: Math.max(...offsets) } }),
        first,
        last,
        ...(firstDate !== undefined && { firstDate }),
        ...(lastDate !== undefined && { lastDate }),
        position: latest.position,
        updatedAt: latest.publishedAt,
        ...(story && { story }),
        ...(owner && { owner }),
      },
    ];
  });
  const last = feed.at(-1);
  // Before the first entry there is none.
  const checkpoint = last
    ? { v: 3, generation: '1', position: last.position, publishedAt: last.publishedAt, parked: parked.length }
    : {};
  return {
    checkpoint,
    heads: Object.fromEntries(heads),
    cards,
    past,
    corrections,
    tombstones: [...left].sort(),
    publications,
    descriptions,
    parked,
  };
}

/** What the timelines do hold: those of a generation, as if it were the first. */
export async function readTimelines(generation = '1'): Promise<Timelines> {
  const timelines = {
    checkpoint: {},
    heads: {} as Item,
    cards: {} as Item,
    past: {} as Item,
    corrections: {} as Item,
    tombstones: [] as string[],
    parked: [] as number[],
    publications: {} as Item,
    descriptions: {} as Item,
  };
  for (const { pk: partition, sk, ...attributes } of await itemsOf('Timelines')) {
    const pk = String(partition)
      .replace(new RegExp(`^${generation}#`), '1#')
      .replace(/^1#HEADS#\d$/, '1#HEADS');
    const key = `${pk} ${sk}`;
    if (pk === 'META') {
      const { advancedAt: _, repairs: _repairs, ...checkpoint } = attributes;
      const isOfThese = checkpoint.generation === generation;
      timelines.checkpoint = { ...checkpoint, ...(isOfThese && { generation: '1' }) };
    } else if (pk.startsWith('1#PARKED#evt_')) timelines.parked.push(Number(sk));
    else if (pk.startsWith('1#PARKED')) continue;
    else if (pk.startsWith('1#N#')) timelines.publications[key] = attributes;
    else if (pk.startsWith('1#D#')) timelines.descriptions[key] = attributes;
    else if (pk === '1#HEADS') timelines.heads[key] = attributes;
    else if (pk.startsWith('1#C#')) timelines.corrections[key] = attributes;
    else if (pk.startsWith('1#H#') || pk.startsWith('1#Y#')) timelines.past[key] = attributes;
    else if (attributes.e !== undefined || attributes.l !== undefined) timelines.cards[key] = attributes;
    else timelines.tombstones.push(key);
  }
  timelines.tombstones.sort();
  timelines.parked.sort((left, right) => left - right);
  return timelines as Timelines;
}
