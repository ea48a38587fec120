import { dayMs } from './dates/durations.ts';
import type { Extent } from './dates/extent.ts';
import { extentOf } from './dates/when.ts';
import type { CloudEvent } from './event.ts';
import { type Named, namedIn } from './filters/facets.ts';
import type { Warning } from './warnings.ts';

/** An event of a story, as its timeline shows it. */
export interface KnownEvent {
  readonly eventId: string;
  readonly type: string;
  readonly days: Pick<Extent, 'civilEarliest' | 'civilLatest'>;
  readonly named: readonly Named[];
}

/** What is known of a story: its first and last civil day, the number of its entries, and some of them. */
export interface KnownStory {
  readonly entries: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly events: readonly KnownEvent[];
}

/** With fewer entries, a story has no span that another event could be far outside of. */
const fewestEntries = 3;

/** An event may be so many days outside of the span of a short story. */
const toleratedDays = 366;

/** In shorter names, another letter is another name: Iran and Iraq. */
const shortestMisspelt = 8;

const daysBetween = (one: string, other: string) => Math.round((Date.parse(other) - Date.parse(one)) / dayMs);

/** A name as it is compared. */
interface Comparable {
  /** Without marks, letter case and whatever is no letter or digit. */
  readonly text: string;
  readonly digits: string;
}

const comparables = new WeakMap<Named, Comparable>();

/** The names of a story are compared with those of each event of a batch, and are made comparable once. */
function comparable(named: Named): Comparable {
  const known = comparables.get(named);
  if (known) return known;
  const text = named.name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]/gu, '');
  const made = { text, digits: text.replace(/\P{Number}/gu, '') };
  comparables.set(named, made);
  return made;
}

/** Whether one text becomes the other by one letter that is added, left out or replaced. */
function isOneLetterAway(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  const rest = short.length === long.length ? short.slice(start + 1) : short.slice(start);
  return long.slice(start + 1) === rest;
}

function areClose(one: Named, other: Named): boolean {
  const [left, right] = [comparable(one), comparable(other)];
  if (left.text === '' || right.text === '') return false;
  if (left.text === right.text) return true;
  const isLong = Math.min(left.text.length, right.text.length) >= shortestMisspelt;
  return isLong && left.digits === right.digits && isOneLetterAway(left.text, right.text);
}

function outsideSpan({ data }: CloudEvent, { entries, first, last }: KnownStory): string | null {
  if (entries < fewestEntries || first === null || last === null) return null;
  const { civilEarliest, civilLatest } = extentOf(data.when);
  const tolerated = Math.max(toleratedDays, daysBetween(first, last));
  const before = civilLatest === null ? 0 : daysBetween(civilLatest, first);
  const after = civilEarliest === null ? 0 : daysBetween(last, civilEarliest);
  const days = Math.max(before, after);
  if (days <= tolerated) return null;
  return `Is ${days} days ${before > after ? 'before the first' : 'after the last'} day of the story, which runs from ${first} to ${last}. Check the date.`;
}

/** The actors and places that the story has under another identifier, and does not have under this one. */
function otherIdentifiers(ofEvent: readonly Named[], { events }: KnownStory): Warning[] {
  const known = new Map(events.flatMap(({ named }) => named).map((one) => [`${one.list} ${one.identifier}`, one]));
  const all = [...known.values()];
  return ofEvent.flatMap((named) => {
    const { list, identifier, pointer } = named;
    if (known.has(`${list} ${identifier}`)) return [];
    const other = all.find((one) => one.list === list && areClose(one, named));
    if (!other) return [];
    const detail = `The story has "${other.name}" with the identifier ${other.identifier}; here it is ${identifier}, and filters take them for two. Send the same identifier, or check the name.`;
    return [{ pointer, detail }];
  });
}

function nearDuplicate(
  event: CloudEvent,
  eventId: string,
  ofEvent: readonly Named[],
  { events }: KnownStory,
): string | null {
  const { civilEarliest, civilLatest } = extentOf(event.data.when);
  const placesOf = (named: readonly Named[]) =>
    new Set(named.filter(({ list }) => list === 'places').map(({ identifier }) => identifier));
  const places = placesOf(ofEvent);
  const twin = events.find(
    ({ eventId: other, type, days, named }) =>
      other !== eventId &&
      type === event.type &&
      days.civilEarliest === civilEarliest &&
      days.civilLatest === civilLatest &&
      [...placesOf(named)].some((place) => places.has(place)),
  );
  return twin ? `The story has ${twin.eventId} of the same type, day and place. Check that it is another event.` : null;
}

/**
 * The warnings for an event beside what its story has.
 *
 * @param eventId of the event, which is no duplicate of itself
 * @param pointer the place of the event in the body
 */
export function storyWarningsOf(event: CloudEvent, eventId: string, story: KnownStory, pointer = ''): Warning[] {
  const outside = outsideSpan(event, story);
  const named = namedIn(event);
  const twin = nearDuplicate(event, eventId, named, story);
  return [
    ...(outside === null ? [] : [{ pointer: '/data/when', detail: outside }]),
    ...otherIdentifiers(named, story),
    ...(twin === null ? [] : [{ pointer: '', detail: twin }]),
  ].map((warning) => ({ ...warning, pointer: pointer + warning.pointer }));
}
