import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ensureDevelopmentKey } from '../../../commands/api/development-key.ts';
import { loadStories } from '../../../commands/import/load-stories.ts';
import { type LocalSystem, startLocalSystem } from '../../../local/system.ts';
import { temporaryFolder } from '../../journeys/support/temporary-folder.ts';
import { synthesizedStack } from '../../support/stack/synthesized-stack.ts';
import { findChromium } from './chromium.ts';

const startLimitMs = 180_000;

/** A system with the example stories, and a browser to look at it. */
export interface Site {
  readonly url: string;
  readonly key: string;
  readonly browser: Browser;
  whenIdle(): Promise<void>;
}

/**
 * Defines tests that need a browser. The system and the browser are there when the tests run. Where no browser works,
 * the tests are skipped, and a line says what is missing.
 */
export async function describeInBrowser(title: string, define: (site: () => Site) => void): Promise<void> {
  const found = await findChromium();
  if ('missing' in found) {
    process.stderr.write(`The tests in a browser are skipped: ${found.missing}.\n`);
    describe.skip(`${title} (skipped: ${found.missing})`, () => define(() => undefined as never));
    return;
  }
  describe(title, () => {
    let site: Site | undefined;
    let system: LocalSystem | undefined;
    let data: Awaited<ReturnType<typeof temporaryFolder>> | undefined;

    beforeAll(async () => {
      data = await temporaryFolder();
      const templateFolder = await synthesizedStack();
      system = await startLocalSystem({ port: 0, dataFolder: data.path, templateFolder, warm: false });
      const key = await ensureDevelopmentKey(data.path, system.endpoint, system.outputs.AccessTable ?? '');
      await loadStories(data.path, { url: system.url, key });
      await system.whenIdle();
      const { url, whenIdle } = system;
      site = { url, key, browser: await found.launch(), whenIdle };
    }, startLimitMs);

    afterAll(async () => {
      await site?.browser.close();
      await system?.stop();
      await data?.remove();
    });

    define(() => site as Site);
  });
}
