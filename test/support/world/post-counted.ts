import { itemsIn } from './items.ts';
import type { Reply, World } from './world.ts';

/** Posts to `/v1/events`: the answer, and how many items the log has gained by it. */
export async function postCounted(
  world: World,
  body: unknown,
  call: Parameters<World['call']>[2] = {},
): Promise<{ reply: Reply; written: number }> {
  const before = await itemsIn('EventLog');
  const reply = await world.call('POST', '/v1/events', { ...call, body });
  return { reply, written: (await itemsIn('EventLog')) - before };
}
