import { CommandFailure } from '../terminal/cli.ts';
import { safeText } from '../terminal/safe-text.ts';

interface Place {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  readonly detail: string;
}

/** An error of the client for an error response. */
interface ErrorResponse extends Error {
  readonly status: number;
  readonly problem: { readonly type?: string; readonly detail?: string; readonly errors?: readonly Place[] } | null;
}

/** What a detail says in terms of the API, in those of the command line. */
const inCommands: readonly (readonly [detail: RegExp, remedy: string])[] = [
  [/"confirmNote"/, 'On the command line, --confirm-note keeps it.'],
  [/PUT \/v1\/held-events/, 'On the command line, retract it with "npx timeline held retract", and post it again.'],
];

const remedies: Readonly<Record<number, string>> = {
  401: 'Give a valid key with --key, or in TIMELINE_KEY. An operator creates one with: npx timeline key create',
  403: 'Use a key that is valid and has the scope. "npx timeline doctor" shows what a key may do.',
  410: '"npx timeline history" shows its revisions and their notes. It cannot be changed any more: post a new event under another id.',
  412: 'Somebody changed it in the meantime. Look at it with "npx timeline history", and try again.',
  429: 'Try again later. "npx timeline doctor" says what is used up.',
};

const isErrorResponse = (error: Error): error is ErrorResponse => error.name === 'TimelineError';

const placeOf = ({ pointer, parameter, header }: Place) => pointer ?? parameter ?? header ?? 'body';

/**
 * What went wrong with a request, and what to do. Errors of other kinds stay as they are.
 *
 * @param url the address of the API
 */
export function failureOf(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || error instanceof CommandFailure) return error;
  if (isErrorResponse(error)) {
    const places = (error.problem?.errors ?? []).map((place) => `${placeOf(place)}: ${place.detail}`);
    // The detail of a problem with one place says it already.
    const isSaid = places.length === 1 && error.message.endsWith(places[0] as string);
    const lines = [error.message, ...(isSaid ? [] : places.map((place) => `  ${place}`))];
    const inCommand = inCommands.find(([detail]) => detail.test(error.message));
    const remedy = inCommand?.[1] ?? remedies[error.status];
    return new CommandFailure(
      [...lines, ...(remedy ? [remedy] : [])]
        .map((line) => `${/^ */.exec(line)?.[0]}${safeText(line.trim())}`)
        .join('\n'),
    );
  }
  if (error instanceof SyntaxError)
    return new CommandFailure(`${url} does not answer as a timeline does. Is it the right address?`);
  if (!(error instanceof TypeError) || error.message !== 'fetch failed') return error;
  const reason = (error.cause as Error | undefined)?.message || error.message;
  return new CommandFailure(
    `There is no response from ${url} (${safeText(reason)}). Start the system with npm start, or name another address with --url.`,
  );
}
