import { emptyEvent } from '../content-removal.ts';
import type { EventData } from '../event.ts';
import { allValues, type EventValues, noValues, valuesOf, valuesWithout } from '../event-values.ts';
import { digestOf, eventIdOf, sourceOf } from '../identity.ts';
import { InvalidInput, NotFound, Redacted, StateConflict } from '../input/errors.ts';
import { isRedacted, isWholeRedaction, type Redaction, redactedType } from '../redaction.ts';
import type { Correction, Revision } from '../revision.ts';
import { storySource, storyType } from '../story.ts';
import type { EventState } from './event-state.ts';

/** Takes content down: of the whole event, or of some of its revisions. */
export interface RedactCommand {
  readonly kind: 'redact';
  readonly note: string;
  readonly reason: Redaction['reason'];
  /** The revisions whose content is taken down. Absent if it is the whole event. */
  readonly revisions?: readonly number[];
  /** The newsroom that asks; null for the operator, who may redact every event. */
  readonly newsroom: string | null;
  /** What the latest revision shows and carries on once the others are taken down. Only if `revisions` are named. */
  readonly standing?: Standing;
}

/** What stays of an event if some of its revisions are taken down. */
export interface Standing {
  /** The number of the latest revision that was looked at. */
  readonly revision: number;
  /** The values of the revisions that stay. */
  readonly values: EventValues;
  /** The correction that the entry of the event shows. */
  readonly correction?: Correction;
}

/** SHA-256 of the content of a redaction. */
export const digestOfRedaction = ({ note, reason, revisions }: RedactCommand): string =>
  digestOf({ kind: 'redacted', note, reason, ...(revisions && { revisions: [...revisions].sort((a, b) => a - b) }) });

/** The error for an event that was taken down whole. */
export function redactedError({ eventId, event, note, redaction, revision, recordedAt }: Revision): Redacted {
  return new Redacted('This event was taken down; the note says why.', {
    id: eventId,
    story: event.subject,
    note: note ?? null,
    reason: redaction?.reason ?? null,
    redactedAt: recordedAt,
    revision,
  });
}

function assertRevisions(revisions: readonly number[], latest: Revision): void {
  const refuse = (index: number, detail: string) => {
    throw new InvalidInput([{ pointer: `/revisions/${index}`, detail }]);
  };
  for (const [index, revision] of revisions.entries()) {
    if (revision > latest.revision) refuse(index, `The event has no revision ${revision}.`);
    if (revision === latest.revision) {
      refuse(index, 'Is the latest revision. Correct the event first, or leave out revisions to take all of it down.');
    }
  }
  if (latest.kind === 'retracted') {
    throw new StateConflict('This event was retracted. Leave out revisions to take all of it down.');
  }
}

/** All stories and newsrooms that the revisions of an event name. Other values are carried no further. */
function lastingValuesOf(latest: Revision): EventValues {
  const { stories, newsrooms } = allValues(latest.carried ?? noValues, valuesOf(latest));
  return { ...noValues, stories, newsrooms };
}

/** What a redaction reaches: the revisions that lose their content, and the stories that list the event, or did. */
export interface Reach {
  readonly revisions: readonly number[];
  readonly stories: readonly string[];
}

/**
 * What the redaction of an event with this latest revision reaches.
 *
 * @param revisions those that are named; absent if it is the whole event
 */
export function reachOf(latest: Revision, revisions?: readonly number[]): Reach {
  const all = Array.from({ length: latest.revision + 1 }, (_, revision) => revision);
  return {
    revisions: revisions ? [...revisions].sort((one, other) => one - other) : all,
    stories: allValues(latest.carried ?? noValues, valuesOf(latest)).stories,
  };
}

function contentOf(command: RedactCommand, latest: Revision): Partial<Revision> & Pick<Revision, 'event'> {
  const { revisions, standing } = command;
  if (!revisions) {
    const event = emptyEvent(latest.event);
    const { newsroom, unlisted } = latest;
    const own = valuesOf({ event, newsroom, ...(unlisted && { unlisted }) });
    return { event, carried: { ...valuesWithout(lastingValuesOf(latest), own), removed: true } };
  }
  if (standing?.revision !== latest.revision) throw new TypeError('The revisions that stay were not looked at.');
  const { event, extent } = latest;
  const carried = { ...valuesWithout(standing.values, valuesOf(latest)), removed: true as const };
  const { correction } = standing;
  return { event, carried, ...(extent && { extent }), ...(correction && { correction }) };
}

/**
 * Decides the redaction of an event or of the description of a story. No limit refuses it. The operator may take down
 * again what was taken down: the note of a redaction may name somebody too.
 *
 * @throws {NotFound} when the newsroom has no such event
 * @throws {InvalidInput} when a revision is named that there is not, or the latest
 * @throws {StateConflict} when only some revisions are named of an event that was retracted
 * @throws {Redacted} when the event was taken down before
 */
export function decideRedaction(command: RedactCommand, { latest }: EventState, recordedAt: string): Revision[] {
  const { note, reason, revisions, newsroom } = command;
  const isOperator = newsroom === null;
  if (!latest) throw new NotFound('There is no event with this id.');
  if (!isOperator && (latest.newsroom !== newsroom || latest.event.type === storyType)) {
    throw new NotFound('Your newsroom has no event with this id.');
  }
  const digest = digestOfRedaction(command);
  if (latest.digest === digest) return [];
  if (isRedacted(latest) && !isOperator) throw redactedError(latest);
  if (revisions && isWholeRedaction(latest)) throw redactedError(latest);
  if (revisions) assertRevisions(revisions, latest);
  const redaction: Redaction = {
    reason,
    ...(revisions && { revisions: [...revisions].sort((one, other) => one - other) }),
    by: isOperator ? 'operator' : 'newsroom',
  };
  const { eventId, unlisted, ownedFrom } = latest;
  return [
    {
      eventId,
      revision: latest.revision + 1,
      kind: 'redacted',
      note,
      digest,
      recordedAt,
      newsroom: latest.newsroom,
      redaction,
      ...(ownedFrom !== undefined && { ownedFrom }),
      ...(unlisted && { unlisted }),
      ...contentOf(command, latest),
    },
  ];
}

const carried: EventValues = { ...noValues, removed: true };

/** A redaction of an event that a restored log does not have. */
export interface LostRedaction {
  readonly eventId: string;
  readonly story: string;
  readonly newsroom: string;
  readonly note: string;
  readonly reason: Redaction['reason'];
  readonly by: Redaction['by'];
}

/**
 * The first revision of an event that a log has lost in a restore, as a redaction: so its id stays refused, and the
 * redaction stays on the record.
 */
export function redactionOfLost(lost: LostRedaction, recordedAt: string): Revision {
  const { eventId, story, newsroom, note, reason, by } = lost;
  const isStory = eventId === eventIdOf(storySource, story);
  const [source, type] = isStory ? [storySource, storyType] : [sourceOf(newsroom), redactedType];
  const event = emptyEvent({ specversion: '1.0', id: '', source, type, subject: story, data: {} as EventData });
  const digest = digestOfRedaction({ kind: 'redact', note, reason, newsroom });
  const redaction = { reason, by };
  return { eventId, revision: 0, kind: 'redacted', event, note, digest, recordedAt, newsroom, redaction, carried };
}
