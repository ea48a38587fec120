import { createHash } from 'node:crypto';
import type { CloudEvent, EventData } from './event.ts';
import type { EventValues } from './event-values.ts';
import type { HeldEvent } from './held-event.ts';
import { digestOf } from './identity.ts';
import type { Revision } from './revision.ts';
import { storyType } from './story.ts';

/**
 * The move of a story to another slug, because the old one must vanish. The old slug itself is not stored: nobody finds
 * it by trying without the salt, and nobody can read it.
 */
export interface SlugMove {
  /** The new slug. */
  readonly to: string;
  /** Random. */
  readonly salt: string;
  /** SHA-256 of the salt and the old slug. */
  readonly hash: string;
}

/** Returns the new slug for the old one, and any other slug as it is. */
export type Rename = (slug: string) => string;

/** SHA-256, in base64url, of a salt and a slug. */
export const hashOfSlug = (slug: string, salt: string): string =>
  createHash('sha256').update(`${salt}\n${slug}`).digest('base64url');

/** Slugs come again and again: each is hashed once. */
const mostRemembered = 10_000;

/** The renaming of a move. */
export function renameBy({ to, salt, hash }: SlugMove): Rename {
  const known = new Map<string, string>();
  return (slug) => {
    const found = known.get(slug);
    if (found !== undefined) return found;
    const renamed = hashOfSlug(slug, salt) === hash ? to : slug;
    if (known.size < mostRemembered) known.set(slug, renamed);
    return renamed;
  };
}

const isAny = (slugs: readonly string[], rename: Rename) => slugs.some((slug) => rename(slug) !== slug);

/** Slugs with the old one renamed, none of them twice. */
const renamedAll = (slugs: readonly string[], rename: Rename) => [...new Set(slugs.map(rename))];

/** Values of filters with the old slug renamed. */
export function valuesRenamed(values: EventValues, rename: Rename): EventValues {
  return isAny(values.stories, rename) ? { ...values, stories: renamedAll(values.stories, rename) } : values;
}

/** An event with the old slug renamed; the same object if it does not name the slug. */
function eventRenamed(event: CloudEvent, rename: Rename): CloudEvent {
  const subject = rename(event.subject);
  const { stories } = event.data;
  if (subject === event.subject && !(stories && isAny(stories, rename))) return event;
  if (event.type === storyType) return { ...event, id: rename(event.id), subject };
  // The story of an event is not among its further stories.
  const others = stories && renamedAll(stories, rename).filter((story) => story !== subject);
  const { stories: _, ...rest } = event.data;
  const data = others && others.length > 0 ? { ...event.data, stories: others } : rest;
  return { ...event, subject, data: (stories ? data : event.data) as EventData };
}

const digestOfEvent = ({ type, subject, data }: CloudEvent) => digestOf({ type, subject, data });

/**
 * Somebody who knows the rest of what a digest was made from could guess the slug. What a retry may repeat is digested
 * anew.
 */
function digestRenamed({ kind, digest, event, changed = [] }: Revision): string {
  if (digest === '' || kind === 'redacted') return digest;
  if (event.type === storyType) return '';
  if (kind === 'recorded') return digestOfEvent(event);
  return kind === 'retracted' || (kind === 'corrected' && !changed.includes('/data/stories')) ? digest : '';
}

/**
 * A revision with the old slug renamed in its event and in what it carries on; the same object if it does not name the
 * slug. Its commitment stays, and the salt goes: with it, slugs could be tried.
 */
export function revisionRenamed<Kept extends Revision>(revision: Kept, rename: Rename): Kept {
  const event = eventRenamed(revision.event, rename);
  const carried = revision.carried && valuesRenamed(revision.carried, rename);
  const { unlisted } = revision;
  const isUnlistedRenamed = unlisted !== undefined && isAny(unlisted, rename);
  if (event === revision.event && carried === revision.carried && !isUnlistedRenamed) return revision;
  const { salt: _, ...rest } = revision;
  const renamed = {
    ...rest,
    event,
    ...(carried && { carried }),
    ...(unlisted && { unlisted: renamedAll(unlisted, rename) }),
  };
  return { ...renamed, digest: digestRenamed(renamed as Revision) } as unknown as Kept;
}

/** A held event with the old slug renamed, as its next version; the same object if it does not name the slug. */
export function heldRenamed(held: HeldEvent, rename: Rename): HeldEvent {
  const event = eventRenamed(held.event, rename);
  if (event === held.event) return held;
  return { ...held, event, digest: digestOfEvent(event), version: held.version + 1 };
}
