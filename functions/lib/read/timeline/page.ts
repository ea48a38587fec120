import { isRedacted } from '../../../../events/redaction.ts';
import { entryOf } from '../../../../events/timeline/entry.ts';
import type { Removal } from '../../../../events/timeline/removal.ts';
import { answerLimitBytes, bytesInJson, mostBytesInJson } from '../../http/answer-size.ts';
import { readCardContents } from '../cards/card-contents.ts';
import { type Match, type PageRequest, readMatches } from '../cards/matches.ts';
import type { FoundRemoval, PublishedOrder } from '../publications/published-matches.ts';

/** `,"certainty":"possible"` and its quotes, escaped. */
const certaintyBytes = 30;

/** More than a removal takes in an answer, with the longest note. */
const removalBytes = 15_000;

/** Which page to read. */
export interface TimelinePageRequest extends PageRequest {
  /** Only for a page in order of publication. Then `after` is the instant at which its last entry was published. */
  readonly published?: PublishedOrder;
}

/** An item of a page: the entry of an event as JSON text, or the removal of an event. */
export interface PageItem {
  readonly order: string;
  readonly eventId: string;
  readonly revision: number;
  readonly entry?: string;
  readonly removal?: Removal;
}

/** A page of a timeline. */
export interface Page {
  readonly items: readonly PageItem[];
  /** As of `Matches`. */
  readonly isCut: boolean;
  /** Where the next page begins if this one ends after so many items; null at the end. */
  nextAfter(count: number): string | null;
}

type Found = Match | FoundRemoval;

/** The entry with its certainty; the text of the entry itself is not parsed. */
const certified = (entry: string, { certainty }: Match) => `${entry.slice(0, -1)},"certainty":"${certainty}"}`;

/** The bytes that something takes in an answer. @param bytesOfText the bytes that a text takes there */
function bytesOf(found: Found, bytesOfText: (text: string) => number): number {
  if ('removal' in found) return removalBytes;
  return certaintyBytes + (found.entry === null ? found.largeBytes : bytesOfText(found.entry));
}

/**
 * The first matches whose entries fit into an answer. Nearly always all of them do, which is known without writing
 * them.
 */
function fitting(matches: readonly Found[]): readonly Found[] {
  const mostBytes = matches.reduce((sum, match) => sum + bytesOf(match, mostBytesInJson), 0);
  if (mostBytes <= answerLimitBytes) return matches;
  let bytes = 0;
  const end = matches.findIndex((match) => {
    bytes += bytesOf(match, bytesInJson);
    return bytes > answerLimitBytes;
  });
  return end < 0 ? matches : matches.slice(0, Math.max(1, end));
}

/**
 * The items that are shown. Large entries are read from the log, in one more round trip. What is taken down this very
 * moment may be gone there already.
 */
async function shownOf(
  matches: readonly Found[],
  { generation, consistency }: Pick<TimelinePageRequest, 'generation' | 'consistency'>,
): Promise<PageItem[]> {
  const large = matches.flatMap((match) => ('removal' in match || match.entry !== null ? [] : [match.revision]));
  const contentOf = await readCardContents(generation, large, consistency);
  return matches.flatMap((match): PageItem[] => {
    const { order } = match;
    if ('removal' in match) {
      const { removal } = match;
      return [{ order, eventId: removal.id, revision: removal.revision, removal }];
    }
    const { eventId, revision } = match.revision;
    if (match.entry !== null) return [{ order, eventId, revision, entry: certified(match.entry, match) }];
    const content = contentOf(match.revision);
    const entry = isRedacted(content) ? null : certified(JSON.stringify(entryOf(content)), match);
    return entry === null ? [] : [{ order, eventId, revision, entry }];
  });
}

async function findIn(request: TimelinePageRequest) {
  if (!request.published) return readMatches(request);
  const { readPublishedMatches } = await import('../publications/published-matches.ts');
  return readPublishedMatches(request, request.published);
}

/** One page of a timeline as of a moment. @param request null where nothing can match */
export async function readPage(request: TimelinePageRequest | null): Promise<Page> {
  if (request === null) return { items: [], isCut: false, nextAfter: () => null };
  const { matches, next, isCut } = await findIn(request);
  const fit = fitting(matches);
  const items = await shownOf(fit, request);
  const afterFit = fit.length < matches.length ? (fit.at(-1)?.order ?? null) : next;
  return {
    items,
    isCut,
    nextAfter: (count) => (count < items.length ? (items[count - 1]?.order ?? null) : afterFit),
  };
}
