import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before all tests: a folder that they share. What the tests' processes need in common is made in it on demand. */
export default async function makeSharedFolder(): Promise<void> {
  process.env.TIMELINE_SHARED_FOLDER = await mkdtemp(join(tmpdir(), 'timeline-tests-'));
}
