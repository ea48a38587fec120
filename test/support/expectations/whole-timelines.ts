import { expect } from '@jest/globals';
import { readFeed, readTimelines, timelinesOf } from '../models/timelines-model.ts';
import { itemsOf } from '../world/tables.ts';

/**
 * Expects that the timelines are what one look at the whole feed finds, and that there is nothing of other generations
 * beside them.
 *
 * @param parked the positions that cannot be read
 */
export async function expectWholeTimelines(parked: readonly number[] = []): Promise<void> {
  const [checkpoint] = await itemsOf('Timelines', 'META');
  const generation = String(checkpoint?.generation);
  expect(await readTimelines(generation)).toEqual(timelinesOf(await readFeed(), parked));
  const others = (await itemsOf('Timelines')).filter(({ pk }) => !String(pk).startsWith(`${generation}#`));
  expect(others.map(({ pk, sk }) => `${pk} ${sk}`)).toEqual(['META PROJECT']);
}
