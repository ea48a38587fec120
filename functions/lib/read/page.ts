import { isRedacted } from '../../../events/redaction.ts';
import { entryOf } from '../../../events/timeline/entry.ts';
import { readContents } from '../event-log/published.ts';
import { answerLimitBytes, bytesInJson } from '../http/answer-size.ts';
import { type Match, type PageRequest, readMatches } from './matches.ts';
import { type PublishedOrder, readPublishedMatches } from './published-matches.ts';

/** `,"certainty":"possible"` and its quotes, escaped. */
const certaintyBytes = 30;

/** Which page to read. */
export interface TimelinePageRequest extends PageRequest {
  /** Only for a page in order of publication. Then `after` is the instant at which its last entry was published. */
  readonly published?: PublishedOrder;
}

/** A page: entries as JSON text. */
export interface Page {
  readonly entries: readonly string[];
  /** As of `Matches`. */
  readonly isCut: boolean;
  /** Where the next page begins if this one ends after so many entries; null at the end. */
  nextAfter(count: number): string | null;
}

/** The entry with its certainty; the text of the entry itself is not parsed. */
const certified = (entry: string, { certainty }: Match) => `${entry.slice(0, -1)},"certainty":"${certainty}"}`;

/** The bytes that an entry takes in an answer. */
const bytesOf = (match: Match) =>
  match.entry === null ? match.largeBytes + certaintyBytes : bytesInJson(certified(match.entry, match));

/** The first matches whose entries fit into an answer. */
function fitting(matches: readonly Match[]): readonly Match[] {
  let bytes = 0;
  const end = matches.findIndex((match) => {
    bytes += bytesOf(match);
    return bytes > answerLimitBytes;
  });
  return end < 0 ? matches : matches.slice(0, Math.max(1, end));
}

/**
 * The matches that are shown, with their entries as JSON text. Large ones are read from the log, in one more round trip. What is taken
 * down this very moment may be gone there already.
 */
async function shownOf(
  matches: readonly Match[],
  consistent: boolean,
): Promise<{ readonly entry: string; readonly order: string }[]> {
  const large = matches.filter(({ entry }) => entry === null).map(({ revision }) => revision);
  const contentOf = await readContents(large, consistent);
  return matches.flatMap((match) => {
    const { entry, order } = match;
    if (entry !== null) return [{ entry: certified(entry, match), order }];
    const content = contentOf(match.revision);
    return isRedacted(content) ? [] : [{ entry: certified(JSON.stringify(entryOf(content)), match), order }];
  });
}

/** One page of a timeline as of a moment. */
export async function readPage(request: TimelinePageRequest | null): Promise<Page> {
  const { published } = request ?? {};
  const { matches, next, isCut } = await (request && published
    ? readPublishedMatches(request, published)
    : readMatches(request));
  const fit = fitting(matches);
  const shown = await shownOf(fit, request?.consistent ?? false);
  const afterFit = fit.length < matches.length ? (fit.at(-1)?.order ?? null) : next;
  return {
    entries: shown.map(({ entry }) => entry),
    isCut,
    nextAfter: (count) => (count < shown.length ? (shown[count - 1]?.order ?? null) : afterFit),
  };
}
