import '../test/setup.ts';
import { startWorld } from '../test/support/world/world.ts';
import { benchWriting } from './costs.ts';
import { benchCpuRatios } from './cpu-ratios.ts';
import { benchGrowth } from './growth.ts';

const world = await startWorld();
try {
  await benchWriting(world);
  // The feed is left alone from here on: the cards are put without it.
  await benchGrowth(world, process.argv.includes('--large'));
  await benchCpuRatios(world);
} finally {
  await world.stop();
}
