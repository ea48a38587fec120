import fc from 'fast-check';
import { decide } from '../../../events/decisions/decide.ts';
import { evolve, initialState } from '../../../events/decisions/event-state.ts';
import { eventIdOf } from '../../../events/identity.ts';
import { developmentWith } from '../../events/samples.ts';
import type { World } from '../world/world.ts';

const newsrooms = ['afp', 'dpa'] as const;
const stories = ['a', 'b'] as const;

/** What one of two newsrooms, or the operator, does next with one of two stories; `event` counts the events so far. */
export interface StoryStep {
  readonly does: 'record' | 'retract' | 'describe' | 'withdraw' | 'unlist' | 'transfer';
  readonly by: (typeof newsrooms)[number];
  readonly story: (typeof stories)[number];
  readonly inBoth: boolean;
  readonly event: number;
}

/** Steps by which two newsrooms contend for two stories. */
export const storyHistories = fc.array(
  fc.record<StoryStep>({
    does: fc.constantFrom(
      'record',
      'record',
      'record',
      'retract',
      'describe',
      'describe',
      'withdraw',
      'unlist',
      'unlist',
      'transfer',
    ),
    by: fc.constantFrom(...newsrooms),
    story: fc.constantFrom(...stories),
    inBoth: fc.boolean(),
    event: fc.nat(),
  }),
  { minLength: 8, maxLength: 24, size: 'max' },
);

/** The revision that a refusal names as the current one. */
const currentIn = (body: { revision?: number }) => (body.revision === undefined ? null : `"${body.revision}"`);

/**
 * Carries out steps. What is refused is left undone.
 *
 * @returns a function from a step to the ids of the events concerned
 */
export function storytellersIn(world: World): (step: StoryStep) => Promise<string[]> {
  const events: { id: string; by: string; isRetracted: boolean }[] = [];
  let steps = 0;

  async function change(method: string, target: string, call: { newsroom: string; body?: object }) {
    const reply = await world.call(method, target, call);
    const current = [412, 428].includes(reply.status) ? currentIn(reply.body) : null;
    return current === null ? reply : world.call(method, target, { ...call, headers: { 'if-match': current } });
  }

  async function transfer(story: string, to: string): Promise<string[]> {
    const { append, latestRevision } = await import('../../../functions/lib/event-log/log.ts');
    const id = eventIdOf('/stories', story);
    const latest = await latestRevision(id);
    const owner = (await world.get(`/v1/stories/${story}`)).body.newsroom ?? null;
    const command = {
      kind: 'transfer',
      story,
      note: 'By hand.',
      newsroom: to,
      description: { title: `Step ${steps}` },
    } as const;
    if (owner === null && latest === null) return [];
    const state = latest ? evolve(initialState, latest) : initialState;
    const known = { owner: owner ?? 'nobody', entries: 0 };
    for (const revision of decide({ ...command, known }, state, Date.now())) await append(revision, 'transfer');
    return [id];
  }

  return async ({ does, by, story, inBoth, event }) => {
    steps += 1;
    const call = { newsroom: by };
    const storyId = eventIdOf('/stories', story);
    const known = events[event % Math.max(1, events.length)];
    switch (does) {
      case 'record': {
        const data = { headline: `Step ${steps}`, ...(inBoth && { stories: [...stories] }) };
        const body = developmentWith(data, { id: `event-${steps}`, subject: story });
        const { id } = (await world.call('POST', '/v1/events', { ...call, body })).body;
        events.push({ id, by, isRetracted: false });
        return [id];
      }
      case 'retract': {
        if (!known || known.isRetracted) return [];
        known.isRetracted = true;
        const target = `/v1/events/${known.id}/retraction`;
        const headers = { 'if-match': '"0"' };
        const first = await world.call('POST', target, { newsroom: known.by, headers, body: { note: 'No.' } });
        const current = first.status === 412 ? currentIn(first.body) : null;
        if (current !== null) {
          await world.call('POST', target, {
            newsroom: known.by,
            headers: { 'if-match': current },
            body: { note: 'No.' },
          });
        }
        return [known.id];
      }
      case 'describe':
        await change('PUT', `/v1/stories/${story}`, { ...call, body: { title: `Step ${steps} by ${by}` } });
        return [storyId];
      case 'withdraw':
        await change('DELETE', `/v1/stories/${story}`, call);
        return [storyId];
      case 'unlist': {
        if (!known) return [];
        const body = { event: known.id, note: 'Elsewhere.' };
        await world.call('POST', `/v1/stories/${story}/unlistings`, { ...call, body });
        return [known.id];
      }
      case 'transfer':
        return transfer(story, by);
    }
  };
}
