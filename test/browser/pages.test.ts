import { expect, test } from '@jest/globals';
import { accessibilityViolations, lookAt, overflowPx, views } from './support/look.ts';
import { describeInBrowser } from './support/site.ts';

const pageLimitMs = 60_000;
const paths = [
  '/',
  '/stories/karabakh-2020',
  '/stories/karabakh-2020?from=2020-12-01&to=2020-12-01&language=fr',
  '/embed/stories/scotland-2014',
  '/corrections',
  '/docs',
  '/docs/timelines',
  '/docs/schemas',
  '/docs/guides/reading-timelines',
  '/docs/problems',
];

await describeInBrowser('pages in a browser', (site) => {
  const cases = paths.flatMap((path) => views.map((view) => [path, view.scheme, view.width, view] as const));

  test.each(cases)(
    '%s, %s, %d pixels wide, breaks no rule of accessibility, fits, loads nothing from elsewhere and complains about nothing',
    async (path, _scheme, _width, view) => {
      const { page, complaints, requests, close } = await lookAt(site(), path, view);
      expect({
        violations: await accessibilityViolations(page),
        overflowPx: await overflowPx(page),
        complaints,
        elsewhere: requests.filter((address) => new URL(address).origin !== new URL(site().url).origin),
      }).toEqual({ violations: [], overflowPx: 0, complaints: [], elsewhere: [] });
      await close();
    },
    pageLimitMs,
  );

  test.each(paths)('%s has its content without a script', async (path) => {
    const { page, close } = await lookAt(site(), path, { scheme: 'light', width: 1280, script: false });
    expect(await page.locator('main').innerText()).toContain(await page.locator('h1').innerText());
    expect(await page.locator('script:not([type="application/ld+json"])').count()).toBe(0);
    await close();
  });
});
