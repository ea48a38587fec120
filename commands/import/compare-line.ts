import { valueAt } from '../../events/input/pointer.ts';
import { CommandFailure } from '../terminal/cli.ts';
import { type EventPoster, eventPoster, type Target } from './event-poster.ts';
import type { Difference, Line, Refusal } from './read-lines.ts';

/** What became of a line whose event is stored already. */
export type Compared =
  | { readonly outcome: 'same' | 'corrected' | 'redacted' }
  | { readonly outcome: 'refused'; readonly refusal: Refusal };

interface Conflict {
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer?: string; readonly detail: string }[];
  readonly changed?: readonly string[];
  readonly stored?: { readonly event?: object };
}

const isTaken = 'Its id is taken by an event with other content.';

const differencesIn = ({ changed = [], stored }: Conflict, event: object): Difference[] =>
  changed.map((pointer) => {
    const [before, after] = [valueAt(stored?.event, pointer), valueAt(event, pointer)];
    return { pointer, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
  });

/** Whether a correction can make up for what differs. It cannot change the type and the story of an event. */
export const mayCorrect = (differences: readonly Difference[]): boolean =>
  !differences.some(({ pointer }) => pointer === '/type' || pointer === '/subject');

function refusalOf(status: number, conflict: Conflict, { number, text }: Line, isNoteMissing: boolean): Refusal {
  const { detail, errors = [], changed = [] } = conflict;
  const places = errors.map(({ pointer = '', detail: reason }) => `${pointer}: ${reason}`).join('; ');
  const differences = differencesIn(conflict, JSON.parse(text));
  const isCorrectable = isNoteMissing && changed.length > 0 && mayCorrect(differences);
  const reason = isCorrectable ? isTaken : places || (detail ?? `${status}`);
  return { line: number, reason, ...(differences.length > 0 && { differences }) };
}

/**
 * Makes a function that compares the event of a line with the one that is stored under its id, by putting it. With a
 * note, an event with other content is corrected. Without one, nothing is written, and the refusal says what differs.
 *
 * @param note the public note of corrections
 */
export function lineComparer(
  post: EventPoster,
  { url, key }: Target,
  note: string | undefined,
): (line: Line) => Promise<Compared> {
  // Without a note nothing is to be written, whatever comes between the post and the put.
  const put = note === undefined ? eventPoster({ url, key, isDryRun: true }) : post;
  let canAsk = true;
  return async (line) => {
    const taken: Compared = { outcome: 'refused', refusal: { line: line.number, reason: isTaken } };
    if (!canAsk) return taken;
    const event = JSON.parse(line.text) as { readonly id: string; readonly source?: string };
    const { id, source } = event;
    try {
      const body = JSON.stringify({ event, ...(note !== undefined && { note }) });
      const { status, answer } = await put(body, { id, ...(source !== undefined && { source }) });
      if (status === 201) return { outcome: 'corrected' };
      if (status === 200) return { outcome: 'same' };
      if (status === 410) return { outcome: 'redacted' };
      return { outcome: 'refused', refusal: refusalOf(status, answer, line, note === undefined) };
    } catch (error) {
      // A quota of changes that is used up refuses even the question. The events of the file are stored all the same.
      if (!(error instanceof CommandFailure) || note !== undefined) throw error;
      canAsk = false;
      return taken;
    }
  };
}
