import { facetKeysOf } from '../filters/facets.ts';
import { isWholeRedaction } from '../redaction.ts';
import type { PublishedRevision } from '../revision.ts';
import { cardOf } from './card.ts';
import { entryOf } from './entry.ts';
import type { Entry } from './entry-schema.ts';

/**
 * An event that has left a timeline, for programs that keep a copy of what they were shown. It says nothing of the
 * content.
 */
export interface Removal {
  readonly id: string;
  /** The number of the revision by which it left. */
  readonly revision: number;
  readonly story: string;
  /** The newsroom that wrote that revision. */
  readonly newsroom: string;
  /** How it left: its newsroom took it back, it is no longer in the story, or its content was taken down. */
  readonly change: 'retracted' | 'unlisted' | 'redacted';
  /** The public note. It may have been taken down too. */
  readonly note?: string;
  /** When it left; RFC 3339. */
  readonly at: string;
  /** When it happened; absent if that was taken down. */
  readonly when?: Entry['when'];
}

function changeOf(revision: PublishedRevision): Removal['change'] {
  if (isWholeRedaction(revision)) return 'redacted';
  return revision.kind === 'retracted' ? 'retracted' : 'unlisted';
}

/**
 * The removal of an event from a facet, by its latest revision; null if the facet shows the event. Nothing is said of a
 * revision whose own content was taken down by a later one, nor of a redaction in a story that the event had left
 * before.
 */
export function removalOf(revision: PublishedRevision, facet: string): Removal | null {
  if (revision.redactedBy !== undefined || cardOf(revision)?.facets.includes(facet)) return null;
  const { eventId: id, publishedAt: at, newsroom, by = newsroom, note, event, unlisted } = revision;
  const change = changeOf(revision);
  if (change === 'redacted' && !facetKeysOf(event, unlisted).includes(facet)) return null;
  return {
    id,
    revision: revision.revision,
    story: event.subject,
    newsroom: by,
    change,
    ...(note !== undefined && { note }),
    at,
    ...(change !== 'redacted' && { when: entryOf(revision).when }),
  };
}
