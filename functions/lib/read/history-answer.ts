import type { PublishedRevision } from '../../../events/revision.ts';
import { changesBetween } from '../../../events/timeline/changes.ts';
import { entryOf } from '../../../events/timeline/entry.ts';
import { answerLimitBytes } from '../http/answer-size.ts';
import { answerText } from '../http/answer-text.ts';
import type { HistoryAnswer, ShownRevision } from './history-answer-schema.ts';

function shown(revision: PublishedRevision, previous: PublishedRevision | undefined): ShownRevision {
  const { kind, note = null, newsroom, recordedAt, publishedAt, position } = revision;
  const changed = previous ? changesBetween(previous.event.data, revision.event.data, '/data') : [];
  const corrected = kind === 'corrected' ? changed.map(({ pointer }) => pointer) : undefined;
  return {
    revision: revision.revision,
    kind,
    note,
    newsroom,
    recordedAt,
    publishedAt,
    position,
    changed,
    entry: kind === 'retracted' ? null : entryOf(revision, corrected),
  };
}

/**
 * The history of an event as JSON text: each revision with the fields that it changed and the entry as of it. It holds as many
 * revisions as fit into an answer, and `next` only if there are more.
 *
 * @param published the published revisions, from the first on, at least one
 * @param after the number of the revision before the first one in the answer
 */
export function historyAnswer(
  published: readonly PublishedRevision[],
  after = -1,
): { text: string; next: number | null } {
  const revisions: string[] = [];
  let bytes = 0;
  let next: number | null = null;
  for (const revision of published.slice(after + 1)) {
    const text = JSON.stringify(shown(revision, published[revision.revision - 1]));
    bytes += Buffer.byteLength(JSON.stringify(text));
    if (bytes > answerLimitBytes) {
      next = revision.revision - 1;
      break;
    }
    revisions.push(text);
  }
  const id = (published[0] as PublishedRevision).eventId;
  const rest = next === null ? {} : { next };
  const text = answerText<Omit<HistoryAnswer, 'id'>, 'revisions'>('revisions', revisions, rest);
  return { text: `{"id":"${id}",${text.slice(1)}`, next };
}
