import { latestRevision, publishedRevisions, revisionsOf, sequencedOf } from '../event-log/log.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import type { Delivery } from '../subscribers/deliveries.ts';
import { isForgotten } from '../subscribers/delivery-expiry.ts';
import { matchesEndpoint } from '../subscribers/endpoint-matching.ts';
import type { Endpoint } from '../subscribers/endpoints.ts';
import { readRecipient } from '../subscribers/recipients.ts';
import type { UnscannedRange } from '../subscribers/unscanned-range.ts';

/** What is known of an endpoint when its messages are looked for. */
export interface DeliveryContext {
  readonly endpoint: Endpoint;
  readonly unseen: UnscannedRange | null;
  /** How far fan-out has come: nothing beyond it is told. */
  readonly through: number;
}

const isUnseen = ({ unseen }: DeliveryContext, position: number) =>
  unseen !== null && position >= unseen.from && position <= unseen.to;

/** Whether an entry that is not queued will be: it, or what was said of its event before, is yet to be looked at and is taken. */
async function willBeMeant(entry: FeedEntry, outlook: DeliveryContext): Promise<boolean> {
  const { endpoint, unseen } = outlook;
  if (unseen === null) return false;
  const taken = isUnseen(outlook, entry.position) && matchesEndpoint(endpoint.filter, entry);
  if (taken || entry.revision === 0) return taken;
  const { published } = await publishedRevisions(entry.eventId);
  return published.some((one) => {
    return one.position < entry.position && isUnseen(outlook, one.position) && matchesEndpoint(endpoint.filter, one);
  });
}

/** Whether an entry was meant for the endpoint, or will be, though no delivery of it is there. */
async function isMeant(entry: FeedEntry, outlook: DeliveryContext): Promise<boolean> {
  if (await willBeMeant(entry, outlook)) return true;
  const mayBeKnown = isForgotten(entry.publishedAt) || (entry.revision > 0 && isUnseen(outlook, entry.position));
  if (!mayBeKnown) return false;
  const reach = await readRecipient(entry.eventId, outlook.endpoint.id);
  return reach !== null && reach.firstPosition <= entry.position;
}

/** Whether the event of an entry was retracted by what may be told. */
async function isRetracted({ eventId, kind }: FeedEntry, through: number): Promise<boolean> {
  // A retraction is final, and so the latest.
  if (kind === 'retracted' || (await latestRevision(eventId))?.kind !== 'retracted') return false;
  const placed = sequencedOf(await revisionsOf(eventId, true));
  return placed.some((revision) => revision.kind === 'retracted' && revision.position <= through);
}

/**
 * Whether there is a message of an entry for the endpoint: it was sent, or would be.
 *
 * @param delivery of it, if there is one
 */
export async function isMessage(
  entry: FeedEntry,
  delivery: Delivery | undefined,
  outlook: DeliveryContext,
): Promise<boolean> {
  if (delivery?.status === 'withdrawn') return false;
  if (delivery?.startedAt !== undefined) return true;
  return (delivery !== undefined || (await isMeant(entry, outlook))) && !(await isRetracted(entry, outlook.through));
}
