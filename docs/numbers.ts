import { durationText } from '../events/dates/durations.ts';
import {
  bytesText,
  defaultPageItems,
  keptReceiverResponseBytes,
  maximumBatchEvents,
  maximumCodeLength,
  maximumContributors,
  maximumErrors,
  maximumEventBytes,
  maximumEventIdentifierLength,
  maximumFacetsOfEvent,
  maximumFacetValues,
  maximumFilterBytes,
  maximumFilterValues,
  maximumGeometryPositions,
  maximumListItems,
  maximumNameLength,
  maximumNoteLength,
  maximumPageItems,
  maximumQueryValues,
  maximumReceiverHeaderBytes,
  maximumReceiverResponseBytes,
  maximumRequestBytes,
  maximumRequestDepth,
  maximumRequestItems,
  maximumRequestMembers,
  maximumRequestValues,
  maximumRevisionsOfEvent,
  maximumSearchLength,
  maximumSearchWords,
  maximumSourceLength,
  maximumSummaryLength,
  maximumUrlLength,
  maximumValuesOfEvent,
} from '../events/input/limits.ts';
import { maximumPace } from '../events/pace.ts';
import { defaultLimits } from '../events/quota.ts';
import {
  disabledAfterMs,
  exchangeTimeoutMs,
  longestRetryAfterMs,
  maximumRefusedAttempts,
  maximumVerificationAttempts,
  promptMeanMs,
  retryWaitsMs,
  slowMeanMs,
  slowQueueDelayMs,
  waitJitter,
} from '../events/webhooks/delivery-timing.ts';
import { workersPerNewsroom } from '../events/webhooks/wake-group.ts';
import { typeColumns } from '../functions/lib/facts/columns.ts';

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;

function retryTable(): string {
  const last = retryWaitsMs.length;
  const failures = retryWaitsMs.map((_, index) => (index + 1 < last ? index + 1 : `from ${last} on`));
  return [
    row(['failures in a row', ...failures]),
    row(['---', ...failures.map(() => '---')]),
    row(['next attempt after', ...retryWaitsMs.map(durationText)]),
  ].join('\n');
}

const counted = (number: number) => number.toLocaleString('en');

const timing: Readonly<Record<string, string>> = {
  'prompt timeout': durationText(exchangeTimeoutMs.prompt),
  'slow timeout': durationText(exchangeTimeoutMs.slow),
  'slow queue delay': durationText(slowQueueDelayMs),
  'slow mean': durationText(slowMeanMs),
  'prompt mean': durationText(promptMeanMs),
  'first wait': durationText(retryWaitsMs[0]),
  jitter: `${Math.round(waitJitter * 100)}%`,
  'longest Retry-After': durationText(longestRetryAfterMs),
  'disabled after': durationText(disabledAfterMs),
  'refused attempts': String(maximumRefusedAttempts),
  'verification attempts': String(maximumVerificationAttempts),
  'workers of a newsroom': String(workersPerNewsroom),
  'retry table': `\n${retryTable()}\n`,
};

const limits: Readonly<Record<string, string>> = {
  event: bytesText(maximumEventBytes),
  request: bytesText(maximumRequestBytes),
  batch: counted(maximumBatchEvents),
  'list items': counted(maximumListItems),
  contributors: counted(maximumContributors),
  timelines: counted(maximumFacetsOfEvent),
  id: counted(maximumEventIdentifierLength),
  note: counted(maximumNoteLength),
  name: counted(maximumNameLength),
  code: counted(maximumCodeLength),
  source: counted(maximumSourceLength),
  revisions: counted(maximumRevisionsOfEvent),
  'values of an event': counted(maximumValuesOfEvent),
  'events in a window': counted(maximumPace),
  'events a day': counted(defaultLimits.events),
  'changes a day': counted(defaultLimits.changes),
  'bytes a day': bytesText(defaultLimits.bytes),
  summary: counted(maximumSummaryLength),
  positions: counted(maximumGeometryPositions),
  'request items': counted(maximumRequestItems),
  'request members': counted(maximumRequestMembers),
  depth: counted(maximumRequestDepth),
  values: counted(maximumRequestValues),
  errors: counted(maximumErrors),
  page: counted(maximumPageItems),
  'default page': counted(defaultPageItems),
  URL: counted(maximumUrlLength),
  filter: `${counted(maximumFilterBytes)} bytes`,
  'filter values': counted(maximumFilterValues),
  'query values': counted(maximumQueryValues),
  search: counted(maximumSearchLength),
  'search words': counted(maximumSearchWords),
  'facet values': counted(maximumFacetValues),
  'filter value': counted(maximumNameLength),
  response: bytesText(maximumReceiverResponseBytes),
  'response headers': bytesText(maximumReceiverHeaderBytes),
  'kept response': `${counted(keptReceiverResponseBytes)} bytes`,
};

/** Names of columns, in their order. */
const columns: Readonly<Record<string, string>> = {
  types: typeColumns.map((name) => `\`${name}\``).join(', '),
};

/** What is filled in between `<!-- kind: name -->` and `<!-- end -->`, by kind and name. */
const texts: Readonly<Record<string, Readonly<Record<string, string>>>> = { timing, limit: limits, columns };

/** The guides with places that are filled in. */
export const filledInGuides = [
  'api.md',
  'corrections.md',
  'operating.md',
  'reading-timelines.md',
  'webhooks.md',
  'writing-events.md',
  '../README.md',
];

/** A place of a guide that is filled in: an opening comment, the text and a closing comment. */
export const filledIn = /(<!-- (timing|limit|columns): ([^>]+?) -->)(.*?)(<!-- end -->)/gs;

/**
 * A guide with the numbers of delivery timing, the limits of sizes and the names of columns filled in.
 *
 * @throws {Error} naming a number that the guide asks for and that there is not
 */
export function withNumbers(guide: string): string {
  return guide.replace(filledIn, (_, opening: string, kind: string, name: string, _text: string, closing: string) => {
    const text = texts[kind]?.[name];
    if (text === undefined) {
      throw new Error(
        `A guide asks for the ${kind} "${name}". There is: ${Object.keys(texts[kind] ?? {}).join(', ')}.`,
      );
    }
    return `${opening}${text}${closing}`;
  });
}
