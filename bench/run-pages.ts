import '../test/setup.ts';
import { startWorld } from '../test/support/world/world.ts';
import { benchReaderPages } from './reader-pages.ts';

const world = await startWorld();
try {
  await benchReaderPages(world);
} finally {
  await world.stop();
}
