import { expect } from '@jest/globals';
import { type Change, dataOf, type Known } from './timeline-story.ts';
import type { World } from './world.ts';

/** A newsroom that tells its story step by step, and knows what it has told. */
export function storyteller(world: World, run: string) {
  const events: Known[] = [];
  const stands = ({ retracted }: Known) => !retracted;

  async function add(added: readonly (Change & { does: 'add' })[]): Promise<string[]> {
    const batch = added.map(({ type, told }, index) => ({
      id: `${run}-${events.length + index}`,
      type,
      subject: `${run}-main`,
      data: { ...dataOf(told, run, 0), ...(type === 'hostilities.reported' && { parties: [{ name: 'Armenia' }] }) },
    }));
    const { status, body } = await world.call('POST', '/v1/events', { body: batch });
    expect(status).toBe(200);
    const ids: string[] = body.results.map(({ id }: { id: string }) => id);
    ids.forEach((id, index) => {
      const { type, told } = added[index] as (typeof added)[number];
      events.push({ id, revision: 0, type, told, retracted: false });
    });
    return ids;
  }

  async function change(step: Exclude<Change, { does: 'add' }>): Promise<string[]> {
    const index = step.event % events.length;
    const { id, revision, ...known } = events[index] as Known;
    if (known.retracted) return [];
    const told = step.does === 'correct' ? { ...known.told, ...step.told } : known.told;
    const [path, data] =
      step.does === 'correct'
        ? [
            'corrections',
            { data: { ...dataOf(told, run, revision + 1), when: { tz: null, kind: null, ...told.when } } },
          ]
        : ['retraction', {}];
    const headers = { 'if-match': `"${revision}"` };
    const reply = await world.call('POST', `/v1/events/${id}/${path}`, {
      headers,
      body: { note: 'So it was.', ...data },
    });
    expect([reply.status, reply.body.errors]).toEqual([201, undefined]);
    events[index] = { ...known, id, revision: revision + 1, told, retracted: step.does === 'retract' };
    return [id];
  }

  return {
    /** What it has told so far. */
    told: (): readonly Known[] => [...events],
    shown: (): readonly Known[] => events.filter(stands),
    async tell(steps: readonly Change[]): Promise<void> {
      const ids = new Set<string>();
      const added = steps.filter((step) => step.does === 'add');
      if (added.length > 0) for (const id of await add(added)) ids.add(id);
      for (const step of steps) if (step.does !== 'add') for (const id of await change(step)) ids.add(id);
      if (ids.size > 0) await world.settle(...ids);
    },
  };
}
