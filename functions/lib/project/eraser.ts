import { ContentRemoval } from '../../../events/content-removal.ts';
import { storyFacet, tellsTakedowns } from '../../../events/filters/facet-keys.ts';
import { isWholeRedaction, takesDown } from '../../../events/redaction.ts';
import type { Place, PublishedRevision } from '../../../events/revision.ts';
import { storyType } from '../../../events/story.ts';
import type { Card } from '../../../events/timeline/card.ts';
import { publishedPage, readPublished } from '../event-log/published.ts';
import { standInFor } from '../event-log/stand-in.ts';
import { IncompleteRead, isFaultOfItem } from '../runtime/failures.ts';
import { logger } from '../runtime/observability.ts';
import { advance } from '../timelines/advance.ts';
import { putTombstones } from '../timelines/cards.ts';
import { type Checkpoint, withErasing } from '../timelines/checkpoint.ts';
import { eraseDescription } from '../timelines/descriptions.ts';
import { deleteItems, deleteTombstones, firstErasedKeys } from '../timelines/erased-keys.ts';
import {
  type CleanHistoryState,
  type ErasingTask,
  openTasks,
  taskAgain,
  taskDelete,
  taskPut,
  tasksIn,
  taskUpdate,
  updateTask,
} from '../timelines/erasing-tasks.ts';
import { removeParked } from '../timelines/parked.ts';
import type { ErasingStage, Projection } from '../timelines/timelines-table.ts';
import { cardOfAny, type ErasedRevision, eraseRevision, eraseRevisionAgain } from './erase-revision.ts';
import { headsWithout } from './erased-heads.ts';

/** Revisions, facets and lists of keys in one step, so that new entries wait for a moment only. */
const revisionsPerStep = 20;
const facetsPerStep = 8;
const keyListsPerStep = 10;

/**
 * Tasks that take turns, from either end of those that there are. One that fails for good must not hold up the others,
 * nor must one of an event with very many revisions.
 */
const tasksInTurn = 100;

const progressOf = ({ after, looked }: ErasingTask) => after + 1 + looked;

/** Tasks by newsroom, any newsroom first: whatever one of them has taken down, the turn of another one comes soon. */
function byNewsroom(tasks: readonly ErasingTask[]): ErasingTask[] {
  const newsrooms = [...Map.groupBy(tasks, ({ newsroom }) => newsroom).values()];
  const first = Math.floor(Math.random() * newsrooms.length);
  return [...newsrooms.slice(first), ...newsrooms.slice(0, first)].flat();
}

/**
 * Of each newsroom, those that have come least far are first. The redactions of an event are carried out in their
 * order: a later one has its turn only if nothing else gets on.
 */
function inTurn(tasks: readonly ErasingTask[]): ErasingTask[] {
  const firsts = new Map(tasks.toReversed().map((task) => [task.eventId, task]));
  const isFirst = (task: ErasingTask) => firsts.get(task.eventId) === task;
  const sorted = tasks.filter(isFirst).sort((one, other) => progressOf(one) - progressOf(other));
  return [...byNewsroom(sorted), ...tasks.filter((task) => !isFirst(task))];
}

/** Longer than any function runs that may still write what it has read before. */
const lateWriterMs = 15 * 60_000;

/** The revisions of an event one after the other, without the content that is taken down. */
class CleanHistory {
  readonly #removal: ContentRemoval;
  #facets: readonly string[];
  /** The last change of each facet by a revision that keeps its content. */
  readonly changes: Map<string, Place>;

  constructor(redaction: PublishedRevision, state?: CleanHistoryState) {
    this.#removal = new ContentRemoval(redaction, state?.removal);
    this.#facets = state?.facets ?? [];
    this.changes = new Map(state?.changes);
  }

  /** The facets of the last revision; none if its content is taken down. */
  get facets(): readonly string[] {
    return this.#facets;
  }

  get state(): CleanHistoryState {
    return { removal: this.#removal.state, facets: this.#facets, changes: [...this.changes] };
  }

  next(logged: PublishedRevision): PublishedRevision {
    const clean = this.#removal.next(logged);
    const facets = cardOfAny(clean)?.facets ?? [];
    const { position, publishedAt, redactedBy } = clean;
    if (redactedBy === undefined) {
      for (const facet of [...this.#facets, ...facets]) this.changes.set(facet, { position, publishedAt });
    }
    this.#facets = facets;
    return clean;
  }
}

/**
 * Carries redactions out in a generation of the timelines, in small steps, each of which may be repeated. First it
 * removes the content; a quarter of an hour later it removes the tombstones too, and what late writers have put back
 * meanwhile.
 */
export class Eraser {
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  /**
   * Does a step of a task, if there is something to do now.
   *
   * @returns the checkpoint after it; null if there is nothing
   */
  async step(from: Checkpoint): Promise<Checkpoint | null> {
    if (from.erasing === undefined) return null;
    return (await this.#stepIn('OPEN', from)) ?? (await this.#stepIn('AGAIN', from));
  }

  async #stepIn(stage: ErasingStage, from: Checkpoint): Promise<Checkpoint | null> {
    const now = new Date().toISOString();
    const { generation } = from;
    const isOpen = stage === 'OPEN';
    const tasks = isOpen ? await openTasks(generation, tasksInTurn) : await tasksIn(generation, stage, tasksInTurn);
    // What is only looked through again keeps its order: nobody waits for it.
    for (const task of isOpen ? inTurn(tasks) : tasks) {
      if ((task.againAt ?? '') > now) return null;
      try {
        return await (isOpen ? this.#erase(from, task) : this.#eraseAgain(from, task));
      } catch (error) {
        if (!isFaultOfItem(error)) throw error;
        const { eventId, position } = task;
        logger.error('The content of a redacted event cannot be removed', { eventId, position, error: error as Error });
      }
    }
    return null;
  }

  async #erase(from: Checkpoint, task: ErasingTask): Promise<Checkpoint> {
    const { generation } = from;
    if (task.after === -1) await removeParked(generation, task.eventId, task.position);
    if (task.after < task.revision) {
      await updateTask(generation, await this.#eraseRevisions(generation, task));
      return from;
    }
    if (task.looked < task.facets.length) return this.#lookAtHeads(from, task);
    if (!task.found) return this.#end(from, task);
    const again = taskAgain(task, new Date(Date.now() + lateWriterMs).toISOString());
    const changes = { heads: [], replaced: new Map() };
    const to = { ...from, repairs: from.repairs + 1 };
    return advance(from, to, changes, this.#projection, [taskDelete(generation, task), taskPut(generation, again)]);
  }

  async #eraseAgain(from: Checkpoint, task: ErasingTask): Promise<Checkpoint> {
    const { generation } = from;
    if (task.after < task.revision) {
      await updateTask(generation, await this.#eraseRevisions(generation, task));
      return from;
    }
    const lists = await firstErasedKeys(generation, task.position, keyListsPerStep);
    if (lists.length > 0) {
      let { found } = task;
      for (const { keys } of lists) {
        found = (await deleteItems(keys.items)) || found;
        await deleteTombstones(keys);
      }
      await updateTask(generation, { ...task, found });
      await deleteItems(lists.map(({ key }) => key));
      return from;
    }
    if (task.looked < task.facets.length) return this.#lookAtHeads(from, task);
    return this.#end(from, task);
  }

  /** Ends a task. If late writers had put content back, whatever caches keep is not valid any more. */
  #end(from: Checkpoint, task: ErasingTask): Promise<Checkpoint> {
    const repairs = from.repairs + (task.found ? 1 : 0);
    const changes = { heads: [], replaced: new Map() };
    const to = withErasing({ ...from, repairs }, -1);
    return advance(from, to, changes, this.#projection, [taskDelete(from.generation, task)]);
  }

  /** Looks at the heads of some facets, and writes down that it did in the same transaction. */
  async #lookAtHeads(from: Checkpoint, task: ErasingTask): Promise<Checkpoint> {
    const looked = Math.min(task.facets.length, task.looked + facetsPerStep);
    const changes = await headsWithout(from.generation, task, task.facets.slice(task.looked, looked));
    return advance(from, from, changes, this.#projection, [taskUpdate(from.generation, { ...task, looked })]);
  }

  /** Removes the content of the next revisions. @returns the task as far as it has come */
  async #eraseRevisions(generation: string, task: ErasingTask): Promise<ErasingTask> {
    const { eventId, position, againAt } = task;
    const redaction = await readPublished(eventId, task.revision, 'consistent');
    if (!redaction) throw new IncompleteRead(`Revision ${task.revision} of ${eventId} is not visible yet.`);
    const { history, revisions } = await this.#readOn(task, redaction);
    const facets = new Map(task.facets.map((known) => [known.facet, known]));
    const positions = new Set(task.positions);
    let { found } = task;
    for (const revision of revisions) {
      const { logged, clean, before } = revision;
      await this.#eraseDescription(generation, revision, redaction);
      if (logged.revision === task.revision) continue;
      // It may be the last change of a facet only because it took the event out of it again.
      if (takesDown(redaction, { revision: logged.revision - 1 })) positions.add(logged.position);
      if (againAt !== undefined) await eraseRevisionAgain(generation, revision);
      else if (await eraseRevision(generation, position, revision)) {
        found = true;
        positions.add(clean.position);
        const card = cardOfAny(logged);
        // It was in its facets, and took the event out of those of the revision before.
        for (const facet of [...before, ...(card?.facets ?? [])]) {
          if (!tellsTakedowns(facet)) facets.set(facet, { facet });
        }
        if (card && logged.revision >= (task.unprojected ?? Number.POSITIVE_INFINITY)) {
          await this.#buryStray(generation, card, redaction);
        }
      }
    }
    return {
      ...task,
      after: revisions.at(-1)?.logged.revision ?? task.revision,
      history: history.state,
      found,
      positions: [...positions],
      facets: [...facets.keys()].map((facet) => {
        const own = history.changes.get(facet);
        return { facet, ...(own && { own }) };
      }),
    };
  }

  /** A parked revision may have left some of its cards. */
  async #buryStray(generation: string, card: Card, redaction: PublishedRevision): Promise<void> {
    const slots = card.facets.map((facet) => ({ facet, card }));
    await putTombstones(generation, slots, redaction);
  }

  async #eraseDescription(generation: string, { logged, clean }: ErasedRevision, redaction: PublishedRevision) {
    if (logged.event.type !== storyType) return;
    const isGone = clean.redactedBy !== undefined || isWholeRedaction(clean);
    await eraseDescription(generation, storyFacet(redaction.event.subject), clean.publishedAt, isGone);
  }

  /**
   * The next revisions of a task, up to the redaction. One more is read, since it says until when the last of them was
   * shown.
   */
  async #readOn(task: ErasingTask, redaction: PublishedRevision) {
    const { eventId, revision: last, after, unprojected = last } = task;
    // Nothing was ever projected of revisions that were parked.
    const standIn = standInFor(redaction, (revision) => revision >= unprojected);
    const history = new CleanHistory(redaction, task.history);
    const read: PublishedRevision[] = [];
    const end = Math.min(last, after + revisionsPerStep) + 1;
    for (let from = after, more = true; more && from < end; ) {
      const page = await publishedPage(eventId, from, end - from, standIn);
      read.push(...page.revisions);
      from = page.revisions.at(-1)?.revision ?? end;
      more = page.more;
    }
    const revisions = read
      .filter(({ revision }) => revision < end)
      .map((logged, index): ErasedRevision => {
        const { publishedAt: publishedUntil } = read[index + 1] ?? logged;
        const before = history.facets;
        return { logged, clean: history.next(logged), before, publishedUntil };
      });
    return { history, revisions };
  }
}
