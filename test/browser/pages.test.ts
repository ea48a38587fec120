import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { accessibilityViolations, lookAt, overflowPx, views } from './support/look.ts';
import { describeInBrowser } from './support/site.ts';

const pageLimitMs = 60_000;
const firstPageBytes = 60_000;
const desktopView = { scheme: 'light', width: 1280, script: false } as const;
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

  test('the first press of the tab key leads to a link that skips to the content', async () => {
    const { page, close } = await lookAt(site(), '/stories/karabakh-2020', desktopView);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').getAttribute('href')).toBe('#main');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#main');
    await close();
  });

  test('an embedded story is shown in a frame of another site, and the page of the story is not', async () => {
    const { url } = site();
    const framed = (path: string) => `<iframe src="${url}${path}" width="600" height="600"></iframe>`;
    const foreign = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(
        `<title>Elsewhere</title>${framed('/embed/stories/karabakh-2020')}${framed('/stories/karabakh-2020')}`,
      );
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    const there = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
    const { page, close } = await lookAt({ ...site(), url: there }, '/', desktopView);
    const headings = await Promise.all(page.frames().map((frame) => frame.locator('h1').count()));
    // The page itself has none; the first frame has the story; a browser refuses the second.
    expect(headings).toEqual([0, 1, 0]);
    await close();
    await new Promise((resolve) => foreign.close(resolve));
  });

  test('the first page of a story is one request of less than 60 KB', async () => {
    const { requests, close } = await lookAt(site(), '/stories/karabakh-2020', desktopView);
    const pages = requests.filter((address) => !/icon|favicon/.test(address) && address.startsWith('http'));
    await close();
    const response = await fetch(`${site().url}/stories/karabakh-2020`, { headers: { accept: 'text/html' } });
    const compressed = gzipSync(await response.text());
    expect(pages).toEqual([`${site().url}/stories/karabakh-2020`]);
    expect(compressed.length).toBeLessThan(firstPageBytes);
  });
});
