import { valuesOf } from '../event-values.ts';
import { everythingFacet, isStoryFacet, storyFacet, storyOfFacet } from '../filters/facet-keys.ts';
import { isRedacted, takesDown } from '../redaction.ts';
import type { Place, PublishedRevision, RevisionKind } from '../revision.ts';
import { storyType } from '../story.ts';
import { type Card, cardOf } from './card.ts';
import { type Correction, correctionOf, loggedFacetsOf } from './correction.ts';
import type { StoryStep } from './story-state.ts';

/** A card in one of its facets. */
export interface Slot {
  readonly facet: string;
  readonly card: Card;
}

/** A card that a later revision replaced, in one of its facets. */
export interface PastCard extends Slot {
  readonly publishedUntil: string;
}

/** A revision that was published in a facet: in all entries, or in a story that its event is in or was ever in. */
export interface Publication extends Place {
  readonly facet: string;
  readonly eventId: string;
  readonly revision: number;
  readonly kind: RevisionKind;
  /** When the next revision of the event was published, if there is one. */
  readonly publishedUntil?: string;
  /** Whether its content was taken down: then no reader is shown it, also as of an earlier instant. */
  readonly isTakenDown?: true;
}

/** The changes to the timelines by new revisions of one event. */
export interface EventProjection {
  /** The current card before and after these revisions; null if the event is not shown. */
  readonly before: Card | null;
  readonly after: Card | null;
  readonly cards: readonly Slot[];
  /** The cards that were replaced. */
  readonly superseded: readonly Slot[];
  /**
   * Those of them that stay readable as of an earlier instant: all whose content is not taken down by one of these
   * revisions.
   */
  readonly past: readonly PastCard[];
  /** Cards whose place the event has left. Tombstones keep late writers from putting them back. */
  readonly tombstones: readonly Slot[];
  /** The lines that these revisions add to the corrections log. */
  readonly corrections: readonly Correction[];
  /**
   * The lines that these revisions add to the lists by publication, and those of the revision before them, which they
   * replace.
   */
  readonly publications: readonly Publication[];
  /**
   * The facets that count the event as taken down, before and after these revisions: that of everything, and its
   * stories.
   */
  readonly redactedBefore: readonly string[];
  readonly redactedAfter: readonly string[];
  /** What these revisions do to stories, in order. */
  readonly storySteps: readonly StoryStep[];
  /** Every facet that any of these revisions changed, with the last revision that changed it. */
  readonly touched: ReadonlyMap<string, PublishedRevision>;
  readonly latest: PublishedRevision;
}

const slotsOf = (card: Card | null): Slot[] => (card ? card.facets.map((facet) => ({ facet, card })) : []);
const slotKey = ({ facet, card }: Slot) => `${facet} ${card.spanClass} ${card.order}`;

/**
 * The lines that a revision adds to the lists by publication. Descriptions of stories are in none.
 *
 * @param later the revisions after it, as far as they are known
 */
export function publicationsOf(revision: PublishedRevision, later: readonly PublishedRevision[] = []): Publication[] {
  if (revision.event.type === storyType) return [];
  const { position, publishedAt, eventId, kind } = revision;
  const [next] = later;
  const line = {
    position,
    publishedAt,
    eventId,
    revision: revision.revision,
    kind,
    ...(next && { publishedUntil: next.publishedAt }),
    ...(isTakenDown(revision, later) && { isTakenDown: true as const }),
  };
  return loggedFacetsOf(revision).map((facet) => ({ facet, ...line }));
}

const isTakenDown = (revision: PublishedRevision, later: readonly PublishedRevision[]) =>
  revision.redactedBy !== undefined || later.some((one) => takesDown(one, revision));

const storiesOf = (card: Card | null): string[] => (card?.facets ?? []).filter(isStoryFacet).map(storyOfFacet);

/** The stories that count an event without content, as they counted it before. */
const storiesWithout = (revision: PublishedRevision): readonly string[] =>
  isRedacted(revision) && revision.kind !== 'retracted' ? valuesOf(revision).stories : [];

/** The facets that count an event as taken down. */
const redactedFacetsOf = (revision: PublishedRevision | null): string[] =>
  revision && isRedacted(revision) && revision.kind !== 'retracted'
    ? [everythingFacet, ...storiesWithout(revision).map(storyFacet)]
    : [];

/** A revision of an event with its card; none if the event is not shown. */
interface Step {
  readonly revision: PublishedRevision;
  readonly card: Card | null;
}

const countingStories = (step: Step | undefined): readonly string[] =>
  step ? [...storiesOf(step.card), ...storiesWithout(step.revision)] : [];

/**
 * The stories that an event joins and leaves by a revision. A story keeps an event that is taken down, and nobody comes
 * to own it by that.
 */
function storyStepsOf(before: Step | undefined, after: Step): StoryStep[] {
  const { position, newsroom, kind } = after.revision;
  const [old, now] = [countingStories(before), countingStories(after)];
  const step = (what: 'joined' | 'left' | 'kept') => (story: string) => ({ kind: what, story, position, newsroom });
  return [
    ...now.filter((story) => !old.includes(story)).map(step(kind === 'redacted' ? 'kept' : 'joined')),
    ...old.filter((story) => !now.includes(story)).map(step('left')),
  ];
}

/**
 * The lines that a revision adds to the corrections log. How a story was described is not in it, but what was taken
 * down of it is.
 */
export function correctionsOf(revision: PublishedRevision): Correction[] {
  if (revision.event.type === storyType && revision.kind !== 'redacted') return [];
  return [correctionOf(revision) ?? []].flat();
}

/** The changes to the timelines by revisions of a story itself: it has no card. At least one revision. */
export function storyProjectionOf(revisions: readonly PublishedRevision[]): EventProjection {
  const latest = revisions.at(-1);
  if (!latest) throw new TypeError('There is nothing to project.');
  return {
    before: null,
    after: null,
    cards: [],
    superseded: [],
    past: [],
    tombstones: [],
    corrections: revisions.flatMap(correctionsOf),
    publications: [],
    redactedBefore: [],
    redactedAfter: [],
    storySteps: revisions.map((revision) => ({
      kind: 'revised',
      story: revision.event.subject,
      position: revision.position,
      revision,
    })),
    touched: new Map(),
    latest,
  };
}

/**
 * The changes to the timelines by new revisions of an event.
 *
 * @param before the revision before them; null if there is none, or if it is not shown
 * @param revisions consecutive revisions, at least one
 */
export function projectionOf(
  before: PublishedRevision | null,
  revisions: readonly PublishedRevision[],
): EventProjection {
  const latest = revisions.at(-1);
  if (!latest) throw new TypeError('There is nothing to project.');
  const steps: Step[] = [...(before ? [before] : []), ...revisions].map((revision) => ({
    revision,
    card: cardOf(revision),
  }));
  const after = steps.at(-1)?.card ?? null;
  const replaced = steps.slice(0, -1);
  const superseded = replaced.flatMap(({ card }) => slotsOf(card));
  const past = replaced.flatMap(({ revision, card }, index) => {
    if (revisions.some((later) => takesDown(later, revision))) return [];
    const { publishedAt } = (steps[index + 1] as Step).revision;
    return slotsOf(card).map((slot) => ({ ...slot, publishedUntil: publishedAt }));
  });
  const current = new Set(slotsOf(after).map(slotKey));
  const left = superseded.filter((slot) => !current.has(slotKey(slot)));
  const touched = new Map<string, PublishedRevision>();
  steps.forEach(({ revision, card }, index) => {
    if (revision === before) return;
    const earlier = steps[index - 1];
    const facets = [
      ...(earlier?.card?.facets ?? []),
      ...redactedFacetsOf(earlier?.revision ?? null),
      ...(card?.facets ?? []),
      ...redactedFacetsOf(revision),
    ];
    for (const facet of facets) touched.set(facet, revision);
  });
  return {
    before: before && cardOf(before),
    after,
    cards: slotsOf(after),
    superseded,
    past,
    tombstones: [...new Map(left.map((slot) => [slotKey(slot), slot])).values()],
    corrections: revisions.flatMap(correctionsOf),
    publications: steps.flatMap(({ revision }, index) =>
      publicationsOf(
        revision,
        steps.slice(index + 1).map((step) => step.revision),
      ),
    ),
    redactedBefore: redactedFacetsOf(before),
    redactedAfter: redactedFacetsOf(latest),
    storySteps: steps.flatMap((step, index) => (step.revision === before ? [] : storyStepsOf(steps[index - 1], step))),
    touched,
    latest,
  };
}
