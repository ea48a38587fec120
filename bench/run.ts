import '../test/setup.ts';
import { startWorld } from '../test/support/world/world.ts';
import { benchPages, benchWriting } from './costs.ts';
import { benchGrowth } from './growth.ts';
import { benchThroughput } from './throughput.ts';

const world = await startWorld();
try {
  // Writing is last, since for ten seconds after it pages are read consistently, which costs twice as much.
  await benchPages(world, process.argv.includes('--large'));
  await benchThroughput(world);
  await benchWriting(world);
  // The feed is left alone from here on: the cards are put without it.
  await benchGrowth(world);
} finally {
  await world.stop();
}
