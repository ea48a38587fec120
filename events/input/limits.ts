import { InvalidInput, TooLarge } from './errors.ts';

/*
 * The size limits of requests and responses. A limit that only one schema uses, such as the length of a headline, is
 * beside that schema.
 */

const kib = 1_024;

/** An event as JSON in UTF-8, with its attributes. */
export const maximumEventBytes = 64 * kib;
export const maximumRequestBytes = kib * kib;
export const maximumBatchEvents = 100;
/** Items in a list of an event. Every copy of a card stores its facets and filter values, so lists must be short. */
export const maximumListItems = 16;
/** Characters in a date, a zone, a language or an instant. None that exists has half as many. */
export const maximumCodeLength = 100;
/** A few thousand words: far more than the few sentences that a summary is. */
export const maximumSummaryLength = 20_000;
/** Of the outline of a district, to about a hundred metres. */
export const maximumGeometryPositions = 2_000;
/*
 * What no request exceeds, whatever its schema. It is checked before anything that costs more: a body of a mebibyte has
 * room for half a million items.
 */
export const maximumRequestItems = 100;
export const maximumRequestMembers = 100;
export const maximumRequestDepth = 64;
/** All members of objects and items of lists. A hundred events with many details have some ten thousand. */
export const maximumRequestValues = 50_000;
/** The check of a request ends with so many errors, and the response lists them. */
export const maximumErrors = 100;
/** Each facet stores a copy of the card, so this limits the cost of an event. */
export const maximumFacetsOfEvent = 24;
/**
 * The values that filters compare, over all revisions of an event. Each later revision carries them, so that endpoints
 * which received an earlier revision receive it too.
 */
export const maximumValuesOfEvent = 96;
/** A retraction is not counted: it is never refused by a limit. */
export const maximumRevisionsOfEvent = 1_000;
/**
 * A card has a copy of its entry up to this size, as JSON: with what filters compare, an item of 4 KB. A card of a
 * larger one names its revision, so that a large event in many facets does not cost its size in each.
 */
export const maximumCopiedEntryBytes = 3 * kib;
/** Newsrooms that the owner of a story lets add events. The head of the story's timeline stores them. */
export const maximumContributors = 32;
/** Characters in the id that a client gives an event, and in the header `Idempotency-Key`. */
export const maximumEventIdentifierLength = 200;
export const maximumNameLength = 200;
/** Characters in the CloudEvents attribute `source`. */
export const maximumSourceLength = 200;
/** Characters in the note of a correction or a retraction. */
export const maximumNoteLength = 2_000;

/** The limit of DynamoDB for a sort key (Developer Guide, Quotas). No facet with a longer key has entries. */
export const maximumFacetBytes = 1_024;
/** The slug of a name without a code is part of a facet's key, after a prefix. */
export const maximumSlugBytes = 1_000;

/**
 * Events that a newsroom may have held until their time, and their size as JSON: one response has room for all of them.
 */
export const maximumHeldEvents = 1_000;
export const maximumHeldBytes = 4 * kib * kib;

/** Items on a page. */
export const maximumPageItems = 500;
export const defaultPageItems = 50;
/** Entries of a calendar, a map, a table or another document that is read whole: 1.2 MB of cards, 150 read units. */
export const maximumWholeEntries = 2_000;
/** Items of a feed, which is polled: whatever is new is among the first. */
export const maximumFeedItems = 50;

export const maximumUrlLength = 2_000;
/** Values of one filter in a query. Each is a timeline that is read beside the others, or a few of them. */
export const maximumQueryValues = 10;
/** Characters and words of a search. */
export const maximumSearchLength = 200;
export const maximumSearchWords = 10;
/** Values of each filter in an answer that says which there are. */
export const maximumFacetValues = 50;
export const maximumFilterValues = 50;
/**
 * As JSON in UTF-8. It is limited because fan-out reads all filters for every chunk, and lists of endpoints show them.
 */
export const maximumFilterBytes = 8 * kib;

/** The rest of a longer response of a receiver is not read. */
export const maximumReceiverResponseBytes = 64 * kib;
export const maximumReceiverHeaderBytes = 16 * kib;
/** The beginning of a receiver's response that is stored for the owner of the endpoint. */
export const keptReceiverResponseBytes = kib;

/** A size as text. @example bytesText(65_536) // '64 KiB' */
export function bytesText(bytes: number): string {
  if (bytes % kib ** 3 === 0) return `${bytes / kib ** 3} GiB`;
  if (bytes % (kib * kib) === 0) return `${bytes / (kib * kib)} MiB`;
  return bytes % kib === 0 ? `${bytes / kib} KiB` : `${bytes} bytes`;
}

/** The limits of events and requests, for the reference. */
export const eventLimitsText = `An event has at most ${bytesText(maximumEventBytes)} as JSON, a request at most ${bytesText(maximumRequestBytes)}.`;

/** An event in the body of a request. */
interface EventInBody {
  /** Its place in the body. */
  readonly pointer: string;
  /** Whether it has attributes that the body left out. */
  readonly isCompleted?: boolean;
}

/**
 * Asserts that an event is not too large.
 *
 * @param inBody absent if the event is the result of a change
 * @throws {TooLarge} when it is too large; the message says how large it is
 */
export function assertEventSize(event: unknown, inBody?: EventInBody): void {
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes <= maximumEventBytes) return;
  const completed = inBody?.isCompleted ? ', with the attributes that were left out,' : '';
  const has = inBody ? `${completed} has` : ' would have';
  const detail = `An event holds at most ${maximumEventBytes} bytes as JSON; this one${has} ${bytes}.`;
  throw new TooLarge(detail, inBody && [{ pointer: inBody.pointer, detail }]);
}

/**
 * Asserts that a merge patch is not larger than an event may be: no event could hold what it sets.
 *
 * @throws {TooLarge} at its pointer
 */
export function assertPatchSize(patch: unknown, pointer: string): void {
  const bytes = Buffer.byteLength(JSON.stringify(patch));
  if (bytes <= maximumEventBytes) return;
  const detail = `A patch holds at most ${maximumEventBytes} bytes as JSON, like an event; this one has ${bytes}.`;
  throw new TooLarge(detail, [{ pointer, detail }]);
}

/** A response shows so many attempts of a delivery, of about 1 KB each: escaped, they may take seven times as much. */
export const maximumAttemptsShown = 250;

/** The error of a request that is too large. */
export const requestTooLarge = (bytes: number): TooLarge =>
  new TooLarge(`A request holds at most ${maximumRequestBytes} bytes; this one has ${bytes}.`);

/** @throws {InvalidInput} if a batch has no events or too many */
export function assertBatchSize(events: number): void {
  const refused = (detail: string) => new InvalidInput([{ pointer: '', detail }]);
  if (events === 0) throw refused('The batch is empty.');
  if (events > maximumBatchEvents) throw refused(`A batch holds at most ${maximumBatchEvents} events, not ${events}.`);
}
