import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityViolations, desktop, lookAt } from './support/look.ts';
import { describeInBrowser } from './support/site.ts';

const limitMs = 60_000;
const path = '/stories/karabakh-2020';
const view = { scheme: 'light', width: desktop, isClockHeld: true } as const;
/** After this the script looks for the first time; then it waits half as long again each time. */
const firstLookMs = 30_000;

await describeInBrowser('the script of the page of a story', (site) => {
  async function report(headline: string): Promise<void> {
    const { url, key, whenIdle } = site();
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        type: 'development.reported',
        subject: 'karabakh-2020',
        data: {
          when: { edtf: '2020-11-30' },
          headline,
          status: 'reported',
          sources: [{ url: 'https://example.org/', publisher: 'AFP' }],
        },
      }),
    });
    expect(response.status).toBe(201);
    await whenIdle();
  }

  const looksIn = (requests: readonly string[]) => requests.filter((address) => address.includes('/v1/changes'));

  /** Moves the time of the page to its next look, and waits for what it finds. */
  async function passTo(page: Page, ms: number): Promise<void> {
    const found = page.waitForResponse((response) => response.url().includes('/v1/changes'));
    await page.clock.runFor(ms);
    await (await found).finished();
  }

  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');

  test(
    'announces what is published while the page is open, and leaves the page as it is until its reader asks',
    async () => {
      const { page, complaints, requests, close } = await lookAt(site(), path, view);
      const status = page.getByRole('status');
      expect(await status.textContent()).toBe('');
      await report('A bridge is closed');
      await passTo(page, firstLookMs);
      await status.getByRole('link').waitFor();
      expect(await status.textContent()).toBe('1 change since this page was loaded. Show');
      await report('The bridge is open again');
      await passTo(page, firstLookMs);
      await status.getByText('2 changes').waitFor();
      expect(await page.getByRole('heading', { name: 'A bridge is closed' }).count()).toBe(0);
      expect(await accessibilityViolations(page)).toEqual([]);
      await status.getByRole('link', { name: 'Show' }).click();
      await page.getByRole('heading', { name: 'The bridge is open again' }).waitFor();
      expect(await page.getByRole('status').textContent()).toBe('');
      expect(complaints).toEqual([]);
      expect(
        requests.filter(
          (address) => new URL(address).origin !== new URL(site().url).origin && !address.startsWith('data:'),
        ),
      ).toEqual([]);
      await close();
    },
    limitMs,
  );

  test(
    'looks less and less often while nothing is published, and never while the page is hidden',
    async () => {
      const { page, requests, close } = await lookAt(site(), path, view);
      await passTo(page, firstLookMs);
      await page.clock.runFor(firstLookMs);
      expect(looksIn(requests)).toHaveLength(1);
      await passTo(page, firstLookMs);
      expect(looksIn(requests)).toHaveLength(2);
      await page.evaluate(() => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      await page.clock.runFor(20 * firstLookMs);
      expect(looksIn(requests)).toHaveLength(2);
      await close();
    },
    limitMs,
  );

  test(
    'leads from entry to entry by keys, which do nothing in fields and can be switched off',
    async () => {
      const { page, complaints, close } = await lookAt(site(), path, { ...view, isClockHeld: false });
      const headlines = await page.locator('.shown .entries :is(h3, h4, h5) a').allTextContents();
      await page.keyboard.press('j');
      expect(await focused(page)).toBe(headlines[0]);
      await page.keyboard.press('n');
      await page.keyboard.press('j');
      expect(await focused(page)).toBe(headlines[2]);
      await page.keyboard.press('k');
      expect(await focused(page)).toBe(headlines[1]);
      await page.keyboard.press('Control+j');
      expect(await focused(page)).toBe(headlines[1]);
      await page.getByText('Choose what is shown').click();
      await page.getByLabel('From').focus();
      await page.keyboard.type('jk?');
      expect(await page.getByLabel('From').inputValue()).toBe('jk?');
      await page.getByText('Choose what is shown').focus();
      await page.keyboard.press('?');
      expect(await focused(page)).toBe('Keys: j next, k previous. Switch off');
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.keyboard.press('Enter');
      await page.keyboard.press('j');
      expect(await focused(page)).toBe('Keys: j next, k previous. Switch on');
      await page.reload();
      expect(await page.getByRole('button', { name: 'Keys: j next, k previous. Switch on' }).count()).toBe(1);
      expect(complaints).toEqual([]);
      await close();
    },
    limitMs,
  );

  test('does not glide where its reader wants no motion', async () => {
    const { page, close } = await lookAt(site(), path, { ...view, isClockHeld: false });
    const motions = await page.evaluateHandle(() => {
      const behaviors: unknown[] = [];
      Element.prototype.scrollIntoView = (options) => {
        behaviors.push((options as ScrollIntoViewOptions).behavior);
      };
      return behaviors;
    });
    await page.keyboard.press('j');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.keyboard.press('j');
    expect(await motions.jsonValue()).toEqual(['smooth', 'auto']);
    await close();
  });

  test('speaks French on a French page', async () => {
    const { page, close } = await lookAt(site(), `${path}?language=fr`, view);
    expect(await page.locator('.keys').textContent()).toBe('Touches : j suivant, k précédent. Désactiver');
    await close();
  });
});
