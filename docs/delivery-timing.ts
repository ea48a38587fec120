import { durationText } from '../events/dates/durations.ts';
import {
  disabledAfterMs,
  exchangeTimeoutMs,
  longestRetryAfterMs,
  maximumRefusedAttempts,
  maximumVerificationAttempts,
  retryWaitsMs,
  slowQueueDelayMs,
  waitJitter,
} from '../events/webhooks/delivery-timing.ts';

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

/** What stands between `<!-- timing: name -->` and `<!-- end -->` in the webhook guide, by name. */
const texts: Readonly<Record<string, string>> = {
  'prompt timeout': durationText(exchangeTimeoutMs.prompt),
  'slow timeout': durationText(exchangeTimeoutMs.slow),
  'slow queue delay': durationText(slowQueueDelayMs),
  'first wait': durationText(retryWaitsMs[0]),
  jitter: `${Math.round(waitJitter * 100)}%`,
  'longest Retry-After': durationText(longestRetryAfterMs),
  'disabled after': durationText(disabledAfterMs),
  'refused attempts': String(maximumRefusedAttempts),
  'verification attempts': String(maximumVerificationAttempts),
  'retry table': `\n${retryTable()}\n`,
};

/** A place of the guide that is filled in: an opening comment, the text and a closing comment. */
export const filledIn = /(<!-- timing: ([^>]+?) -->)(.*?)(<!-- end -->)/gs;

/**
 * The webhook guide with the numbers of delivery timing filled in.
 *
 * @throws {Error} when it asks for a name that there is not
 */
export function withTiming(guide: string): string {
  return guide.replace(filledIn, (_, opening: string, name: string, _text: string, closing: string) => {
    const text = texts[name];
    if (text === undefined) throw new Error(`docs/webhooks.md asks for "${name}"; there is: ${Object.keys(texts)}.`);
    return `${opening}${text}${closing}`;
  });
}
