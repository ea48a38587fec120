import { spanClassOf } from '../../../events/dates/span-class.ts';
import { extentOf } from '../../../events/dates/when.ts';
import type { CloudEvent } from '../../../events/event.ts';
import { storyFacet } from '../../../events/filters/facet-keys.ts';
import { namedIn } from '../../../events/filters/facets.ts';
import { eventIdOf } from '../../../events/identity.ts';
import { type KnownEvent, storyWarningsOf } from '../../../events/story-warnings.ts';
import { instantKey } from '../../../events/timeline/card.ts';
import type { Warning } from '../../../events/warnings.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { logger } from '../runtime/observability.ts';
import { within } from '../runtime/within.ts';
import type { ShownCard } from '../timelines/card-items.ts';
import { readCards } from '../timelines/cards.ts';
import { type FacetHead, readCheckpointAndHeads } from '../timelines/heads.ts';

/** An event of a request, with its place in the body. */
export interface PlacedEvent {
  readonly event: CloudEvent;
  readonly pointer?: string | undefined;
}

/** A request waits this long at most for what the stories have. */
const readingTimeoutMs = 2_000;

/** Of a story, so many of its latest entries are compared with an event, and as many that begin on its day. */
const comparedEntries = 50;

/** The events of a batch are compared with so many stories. */
const comparedStories = 10;

const concurrency = 8;

function knownEvents(cards: readonly ShownCard[]): KnownEvent[] {
  return cards.flatMap(({ eventId, content }) => {
    // The entry of a large event is in the log. It is not worth another read.
    if (!content?.entry) return [];
    const { type, data } = JSON.parse(content.entry) as { type: string; data: object };
    return [{ eventId, type, days: content.extent, named: namedIn({ type, data }) }];
  });
}

/**
 * Reads the entries of stories that begin at the start of an event: once, however many events of a request begin then.
 */
function readerOfDays(generation: string) {
  const days = new Map<string, Promise<readonly KnownEvent[]>>();
  return (facet: string, { data }: CloudEvent): Promise<readonly KnownEvent[]> => {
    const extent = extentOf(data.when);
    const low = instantKey(extent.earliest, 'start');
    const range = { facet, spanClass: spanClassOf(extent), past: false, byEnd: false, descending: false };
    const day = JSON.stringify([facet, range.spanClass, low]);
    const known = days.get(day);
    if (known) return known;
    const read = readCards(generation, { ...range, low, high: `${low}~` }, null, comparedEntries, 'eventual').then(
      ({ cards }) => knownEvents(cards),
    );
    days.set(day, read);
    return read;
  };
}

/** The latest cards of a story, of the class of events that last a day at most: nearly all of the news. */
async function latestCards(generation: string, facet: string): Promise<ShownCard[]> {
  const range = { facet, spanClass: 'd', past: false, byEnd: false, low: '', high: '~', descending: true } as const;
  return (await readCards(generation, range, null, comparedEntries, 'eventual')).cards;
}

async function compare(placed: readonly PlacedEvent[]): Promise<Warning[]> {
  const stories = [...new Set(placed.map(({ event }) => event.subject))].slice(0, comparedStories);
  const { checkpoint, heads } = await readCheckpointAndHeads(stories.map(storyFacet));
  const { generation } = checkpoint;
  const known = await inParallel([...heads.values()], concurrency, async (head: FacetHead) => {
    return [head.facet, { head, latest: knownEvents(await latestCards(generation, head.facet)) }] as const;
  });
  const byFacet = new Map(known);
  const readDay = readerOfDays(generation);
  const found = await inParallel(placed, concurrency, async ({ event, pointer }) => {
    const facet = storyFacet(event.subject);
    const story = byFacet.get(facet);
    if (!story) return [];
    const events = [...story.latest, ...(await readDay(facet, event))];
    return storyWarningsOf(event, eventIdOf(event.source, event.id), { ...story.head, events }, pointer);
  });
  const cut = placed.filter(({ event }) => !stories.includes(event.subject));
  const detail = `Is not compared with its story: of a request, ${comparedStories} stories are. Send fewer at once.`;
  return [...found.flat(), ...cut.map(({ pointer = '' }) => ({ pointer: `${pointer}/subject`, detail }))];
}

/**
 * The warnings for the events of a request beside what their stories have. They are read with eventual consistency, so
 * that an event of the last seconds may be missing.
 *
 * @param mayFail whether it may fail where they cannot be read in time; if not, a warning says so
 * @throws {Error} what kept them from being read, if it may fail
 */
export async function storyWarnings(placed: readonly PlacedEvent[], mayFail: boolean): Promise<Warning[]> {
  try {
    return await within(readingTimeoutMs, () => compare(placed));
  } catch (error) {
    if (mayFail) throw error;
    logger.error('Events could not be compared with their stories.', error as Error);
    return [{ pointer: '', detail: 'Could not be compared with what its story has. Send it again later.' }];
  }
}
