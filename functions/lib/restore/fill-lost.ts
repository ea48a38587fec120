import { randomUUID } from 'node:crypto';
import type { CloudEvent, EventData } from '../../../events/event.ts';
import { valuesOf } from '../../../events/event-values.ts';
import { digestOf, eventIdOf } from '../../../events/identity.ts';
import { maximumRevisionsOfEvent } from '../../../events/input/limits.ts';
import { noTimes, withTime } from '../../../events/publication-times.ts';
import type { Place, Revision } from '../../../events/revision.ts';
import { storySource, storyType } from '../../../events/story.ts';
import { putAbsentItems } from '../event-log/log-copy.ts';
import { feedItem, markerItem, revisionItem } from '../event-log/log-items.ts';
import type { Item } from '../runtime/stored-item.ts';
import type { LostRange } from './compare-feeds.ts';

/** The owner of the stories that say what was lost, by the word that redactions have for it. */
const newsroom = 'operator';

/** A revision is three items, and DynamoDB takes 100 in a transaction. */
const revisionsPerTransaction = 30;

const description =
  'The record was restored from a backup that does not have these positions. What was published there is lost. Its newsrooms may post it again.';

function itemsFor({ first, last, after }: LostRange): Item[] {
  // Any newsroom may have described a story with a slug that can be guessed. Its description would be lost, or in the
  // way.
  const story = `lost-positions-${first}-${randomUUID()}`;
  const eventId = eventIdOf(storySource, story);
  const title = first === last ? `Position ${first} was lost` : `Positions ${first} to ${last} were lost`;
  const event: CloudEvent = {
    specversion: '1.0',
    id: story,
    source: storySource,
    type: storyType,
    subject: story,
    data: { title, description } as unknown as EventData,
  };
  const recordedAt = new Date().toISOString();
  const correlationId = 'restore';
  let [times, previous] = [noTimes, undefined as Place | undefined];
  const items: Item[] = [];
  for (let position = first; position <= last; position++) {
    const number = position - first;
    const kind = number === 0 ? 'recorded' : 'corrected';
    const publishedAt = new Date(Date.parse(after) + 1 + number).toISOString();
    const place: Place = { position, publishedAt };
    const revision: Revision = {
      eventId,
      revision: number,
      kind,
      event,
      ...(number > 0 && { note: `Position ${position} was lost.`, changed: [] }),
      digest: digestOf({ story, position }),
      recordedAt,
      newsroom,
    };
    times = withTime(times, place);
    const values = valuesOf(revision);
    const entry = {
      eventId,
      revision: number,
      kind,
      type: storyType,
      story,
      recordedAt,
      correlationId,
      values,
    } as const;
    items.push(
      revisionItem(revision, correlationId),
      markerItem({ eventId, revision: number, kind, times, ...place }),
      feedItem({ ...entry, ...place, ...(previous && { previous }) }),
    );
    previous = place;
  }
  return items;
}

/** Ranges of as many positions as an event may have revisions. */
function parts({ first, last, after }: LostRange): LostRange[] {
  const found: LostRange[] = [];
  for (let start = first; start <= last; start += maximumRevisionsOfEvent) {
    const end = Math.min(last, start + maximumRevisionsOfEvent - 1);
    found.push({ first: start, last: end, after: new Date(Date.parse(after) + start - first).toISOString() });
  }
  return found;
}

/**
 * Puts an entry at each position of a range that is lost, in order: a description of a story that says so. Nothing else
 * may be published there, since readers and endpoints know these positions, and followers stop at a gap.
 */
export async function fillLost(range: LostRange): Promise<void> {
  for (const part of parts(range)) {
    const items = itemsFor(part);
    for (let start = 0; start < items.length; start += 3 * revisionsPerTransaction) {
      await putAbsentItems(items.slice(start, start + 3 * revisionsPerTransaction));
    }
  }
}
