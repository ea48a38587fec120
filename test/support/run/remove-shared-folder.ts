import { rm } from 'node:fs/promises';

/** After all tests. */
export default async function removeSharedFolder(): Promise<void> {
  await rm(process.env.TIMELINE_SHARED_FOLDER ?? '', { recursive: true, force: true });
}
