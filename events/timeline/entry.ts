import { extentOfRevision } from '../event-values.ts';
import { eventIdOf, eventIdPattern } from '../identity.ts';
import type { PublishedRevision } from '../revision.ts';
import type { Entry } from './entry-schema.ts';

/** RFC 3339 has four digits for the year, and west of Greenwich the year 9999 ends later than in UTC. */
const lastInstantMs = Date.parse('9999-12-31T23:59:59.999Z');

const instant = (epochMs: number | null) =>
  epochMs === null ? null : new Date(Math.min(epochMs, lastInstantMs)).toISOString();

/**
 * The entry of an event as of one of its revisions, as timelines, `/v1/changes` and messages show it. A read of a range
 * adds the `certainty`.
 */
export function entryOf(revision: PublishedRevision): Entry {
  const { when, ...data } = revision.event.data;
  const { kind, precision, earliest, latest } = extentOfRevision(revision);
  const { note = '', publishedAt: at, changed = [], unlisted } = revision;
  const correction = revision.kind === 'corrected' ? { note, at, changed } : revision.correction;
  return {
    id: revision.eventId,
    revision: revision.revision,
    position: revision.position,
    publishedAt: revision.publishedAt,
    newsroom: revision.newsroom,
    type: revision.event.type,
    story: revision.event.subject,
    when: {
      edtf: when.edtf,
      tz: when.tz ?? 'UTC',
      kind,
      precision,
      earliest: instant(earliest),
      latest: instant(latest),
    },
    ...(unlisted && { unlisted: [...unlisted] }),
    ...(correction && { correction: { ...correction, changed: [...correction.changed] } }),
    ...(data.relations && {
      related: data.relations.map(({ rel, id }) => ({
        rel,
        id: eventIdPattern.test(id) ? id : eventIdOf(revision.event.source, id),
      })),
    }),
    data,
  };
}
