import { readFile, writeFile } from 'node:fs/promises';
import { withTiming } from './delivery-timing.ts';

const guide = new URL('webhooks.md', import.meta.url);

/** Fills the numbers of delivery timing into the webhook guide: run it after every change of them. */
await writeFile(guide, withTiming(await readFile(guide, 'utf8')));
