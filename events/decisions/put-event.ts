import type { CloudEvent } from '../event.ts';
import { Conflict, StaleRevision } from '../input/errors.ts';
import { isWholeRedaction } from '../redaction.ts';
import { acknowledgementOf } from './acknowledgement.ts';
import { changesBetween } from './changes.ts';
import { redactedError } from './decide-redaction.ts';
import { assertExpected, type EventState } from './event-state.ts';
import { mergePatchBetween } from './merge-patch.ts';

/** Puts an event as it is to be, whatever is stored of it. */
export interface PutCommand {
  readonly kind: 'put';
  readonly event: CloudEvent;
  readonly newsroom: string;
  /** Why the event is corrected. Without it, nothing is corrected. */
  readonly note?: string;
  /** The revision that the change builds on; by default the latest. */
  readonly expected?: number;
}

/** What putting an event comes to: it is recorded or corrected. */
type Meaning =
  | { readonly kind: 'record'; readonly event: CloudEvent; readonly newsroom: string }
  | {
      readonly kind: 'correct';
      readonly note: string;
      readonly data: object;
      readonly expected: number;
      readonly newsroom: string;
    };

/** What a put compares. As with a retry, `time` and other attributes of the envelope do not count. */
const contentOf = ({ type, subject, data }: CloudEvent) => ({ type, subject, data });

/**
 * The command that puts an event: it records an event that there is not, and corrects one that has other content, with
 * a note.
 *
 * @returns null if the event has this content already
 * @throws {StaleRevision} when the change builds on another revision than the latest, or on one of an event that there
 *   is not
 * @throws {Redacted} when the event was taken down
 * @throws {Conflict} when the event was retracted, its type or its story would change, or the note is missing
 */
export function meaningOfPut({ event, newsroom, note, expected }: PutCommand, { latest }: EventState): Meaning | null {
  if (!latest) {
    if (expected === undefined) return { kind: 'record', event, newsroom };
    throw new StaleRevision(
      `There is no event with this id, and no revision ${expected}. Leave out If-Match to record it.`,
    );
  }
  if (isWholeRedaction(latest)) throw redactedError(latest);
  const stored = acknowledgementOf(latest);
  if (latest.kind === 'retracted') {
    throw new Conflict('This event was retracted, which is final. Put the event under a new id.', stored);
  }
  const changed = changesBetween(contentOf(latest.event), contentOf(event), '').map(({ pointer }) => pointer);
  if (changed.length === 0) return null;
  if (expected !== undefined) assertExpected(latest, expected);
  if (changed.some((pointer) => pointer === '/type' || pointer === '/subject')) {
    throw new Conflict(
      'The type and the story of an event cannot be corrected. Retract the event, and put this one under another id.',
      stored,
      changed,
    );
  }
  if (note === undefined) {
    throw new Conflict(
      'The event is stored with other content; changed lists what differs. Send a note that says why, to correct it.',
      stored,
      changed,
    );
  }
  const data = mergePatchBetween(latest.event.data, event.data) as object;
  return { kind: 'correct', note, data, expected: latest.revision, newsroom };
}
