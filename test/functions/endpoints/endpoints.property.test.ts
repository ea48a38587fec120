import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createdEndpoint, endpointsPath } from '../../support/receivers/endpoints.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const stories = ['karabakh-2020', 'minsk-group', 'french-senate'];
const endpoints = 3;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

beforeEach(() => emptyTable('Subscribers'));

/** A request for one of the endpoints, or the work of its worker. */
const action = fc.record({
  which: fc.nat({ max: endpoints - 1 }),
  does: fc.oneof(
    fc.constantFrom('verify', 'prove', 'fail', 'ping', 'enable', 'disable', 'rotate', 'delete', 'move'),
    fc.constantFrom(...stories),
  ),
});

/** Does what workers do: reads the state, and later writes it if it has not changed. */
async function asWorker(id: string, does: 'prove' | 'fail'): Promise<void> {
  const { ConcurrencyConflict, readState, saveState } = await import(
    '../../../functions/lib/subscribers/endpoints/endpoint-state.ts'
  );
  const { readEndpoint } = await import('../../../functions/lib/subscribers/endpoints/endpoints.ts');
  const { activateEndpoint, deactivateEndpoint } = await import(
    '../../../functions/lib/subscribers/endpoints/activation.ts'
  );
  const state = await readState(id);
  const endpoint = await readEndpoint(id);
  if (!state || !endpoint) return;
  try {
    if (does === 'prove' && state.verification) {
      await activateEndpoint(endpoint, state, { verifiedAt: new Date().toISOString(), verification: undefined });
    } else if (does === 'fail' && state.status === 'active')
      await saveState(state, { status: 'retrying', failures: 1 });
    else if (does === 'fail' && state.status === 'retrying') {
      await deactivateEndpoint(endpoint, state, { status: 'disabled', disabledReason: 'failing' });
    }
  } catch (error) {
    if (!(error instanceof ConcurrencyConflict)) throw error;
  }
}

/** @returns the status of the response; that of a worker is 200 */
async function perform(ids: readonly string[], { which, does }: { which: number; does: string }): Promise<number> {
  const id = ids[which] as string;
  const path = `${endpointsPath}/${id}`;
  if (does === 'prove' || does === 'fail') {
    await asWorker(id, does);
    return 200;
  }
  const call = () => {
    if (does === 'delete') return world.call('DELETE', path);
    if (does === 'move')
      return world.call('PATCH', path, { body: { url: `http://127.0.0.1:${10 + which}/${Math.random()}` } });
    if (does === 'rotate') return world.call('POST', `${path}/secret/rotate`, { body: { overlapSeconds: 0 } });
    if (stories.includes(does)) return world.call('PATCH', path, { body: { filter: { stories: [does] } } });
    return world.call('POST', `${path}/${does}`);
  };
  return (await call()).status;
}

async function assertWhole(): Promise<void> {
  const { readActiveEndpoints } = await import('../../../functions/lib/subscribers/endpoints/active-endpoints.ts');
  const items = await itemsOf('Subscribers', 'W#');
  const states = items.filter(({ sk }) => sk === 'STATE');
  const made = new Map(items.filter(({ sk }) => sk === 'ENDPOINT').map((item) => [item.pk, item]));
  expect(states.map(({ pk }) => pk)).toEqual([...made.keys()]);
  const receiving = states
    .filter(({ status }) => status === 'active' || status === 'retrying')
    .map(({ pk, sendAfter }) => {
      const { filter, verifiedAt } = made.get(pk) ?? {};
      expect(verifiedAt).not.toBeNull();
      return { id: String(pk).slice(2), owner: 'example', filter, since: sendAfter };
    });
  const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
  const { endpoints: registered } = await readActiveEndpoints();
  expect([...registered].sort(byId)).toEqual(receiving.sort(byId));
}

test('Whatever is done to endpoints at once, the list of active endpoints is exact', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(action, { minLength: 1, maxLength: 5 }), { maxLength: 6 }), async (rounds) => {
      await emptyTable('Subscribers');
      const ids: string[] = [];
      for (let number = 0; number < endpoints; number++) ids.push((await createdEndpoint(world)).id);
      for (const round of rounds) {
        const statuses = await Promise.all(round.map((one) => perform(ids, one)));
        for (const status of statuses) expect([200, 202, 204, 404, 409]).toContain(status);
        await assertWhole();
      }
    }),
    { numRuns: 12 },
  );
});

test('Two changes at once are both made, and so are ten', async () => {
  const { id } = await createdEndpoint(world);
  const path = `${endpointsPath}/${id}`;
  await asWorker(id, 'prove');
  const changes = [
    { description: 'Front page' },
    { filter: { stories: ['minsk-group'] } },
    { maxInFlight: 5 },
    { contact: 'night@example.org' },
  ];
  const replies = await Promise.all([
    ...changes.map((body) => world.call('PATCH', path, { body })),
    ...Array.from({ length: 6 }, () => world.call('POST', `${path}/ping`)),
  ]);
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 202]));
  expect((await world.get(path)).body).toMatchObject(Object.assign({}, ...changes));
  expect((await itemsOf('Subscribers', `W#${id}`)).find(({ sk }) => sk === 'STATE')).toMatchObject({ epoch: 12 });
  await assertWhole();
});

test('A list of active endpoints that shows half of a change is read again until it shows all of it', async () => {
  const { IncompleteRead } = await import('../../../functions/lib/runtime/failures.ts');
  const { readActiveEndpoints } = await import('../../../functions/lib/subscribers/endpoints/active-endpoints.ts');
  const { putItem } = await import('../../support/world/tables.ts');
  const { id } = await createdEndpoint(world);
  await asWorker(id, 'prove');
  const [version = {}] = (await itemsOf('Subscribers', 'ACTIVE')).filter(({ sk }) => sk === 'VERSION');
  await putItem('Subscribers', { ...version, version: 2, epochSum: 4, change: 'half' });
  await expect(readActiveEndpoints()).rejects.toBeInstanceOf(IncompleteRead);
  const read = readActiveEndpoints();
  await putItem('Subscribers', version);
  expect(await read).toMatchObject({ version: 1, endpoints: [{ id }] });
});
