import '../test/setup.ts';
import { startWorld } from '../test/support/world/world.ts';
import { benchRefusals } from './refusals.ts';

const world = await startWorld();
try {
  await benchRefusals(world);
} finally {
  await world.stop();
}
