import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { accessibilityViolations, desktop, lookAt, overflowPx, views } from './support/look.ts';
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
    const scripts = await page.locator('script:not([type="application/ld+json"])').count();
    expect(scripts).toBe(path === '/stories/karabakh-2020' ? 1 : 0);
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

  test.each(views.map((view) => [view.scheme, view.width, view] as const))(
    'the page of a corrected event, %s, %d pixels wide, breaks no rule of accessibility and fits',
    async (_scheme, _width, view) => {
      const { corrections } = await (await fetch(`${site().url}/v1/corrections?story=karabakh-2020`)).json();
      const { id } = corrections.find(({ change }: { change: string }) => change === 'corrected');
      const { page, complaints, close } = await lookAt(site(), `/events/${id}`, view);
      expect(await page.locator('#history').count()).toBe(1);
      expect({
        violations: await accessibilityViolations(page),
        overflowPx: await overflowPx(page),
        complaints,
      }).toEqual({ violations: [], overflowPx: 0, complaints: [] });
      await close();
    },
    pageLimitMs,
  );

  test('what happened on a day is found by the keyboard alone, without a script', async () => {
    const { page, close } = await lookAt(site(), '/stories/karabakh-2020', desktopView);
    await page.getByText('Choose what is shown').focus();
    await page.keyboard.press('Enter');
    for (const text of ['2020-12-01', '2020-12-01']) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=/);
    const { searchParams } = new URL(page.url());
    expect([searchParams.get('from'), searchParams.get('to')]).toEqual(['2020-12-01', '2020-12-01']);
    expect(await page.getByRole('heading', { name: 'Lachin, the last of the three districts' }).count()).toBe(1);
    expect(await page.getByRole('heading', { name: 'Going on then' }).count()).toBe(1);
    await close();
  });

  test('a screen reader finds years and months as headings, and entries as items of lists', async () => {
    const { page, close } = await lookAt(site(), '/stories/karabakh-2020', desktopView);
    const main = page.getByRole('main');
    const levels = [
      ['What next for Nagorno-Karabakh', 1],
      ['2020', 2],
      ['December 2020', 3],
      ['Lachin, the last of the three districts, passes to Azerbaijan', 4],
    ] as const;
    for (const [name, level] of levels) {
      expect([name, await main.getByRole('heading', { name, level, exact: true }).count()]).toEqual([name, 1]);
    }
    const item = main.getByRole('listitem').filter({ hasText: 'Lachin, the last of the three districts' });
    expect(await item.getByRole('heading').count()).toBe(1);
    await close();
  });

  test('on paper there is neither form nor navigation, and sources have their addresses', async () => {
    const { page, close } = await lookAt(site(), '/stories/karabakh-2020', desktopView);
    await page.emulateMedia({ media: 'print' });
    for (const hidden of ['form', 'nav', 'footer.site']) {
      expect([hidden, await page.locator(hidden).first().isVisible()]).toEqual([hidden, false]);
    }
    const shown = await page
      .locator('.sources a')
      .first()
      .evaluate((link) => [getComputedStyle(link, '::after').content, link.getAttribute('href')]);
    expect(shown[0]).toContain(shown[1] as string);
    await close();
  });

  test('hostile texts are shown as they are, and nothing in them runs', async () => {
    const { url, key, whenIdle } = site();
    const hostile = '</title></script><img src=x onerror=alert(1)><svg onload=alert(2)>"><script>alert(3)</script>';
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        type: 'development.reported',
        subject: 'hostile-texts',
        data: {
          when: { edtf: '2021-02-03' },
          headline: hostile,
          summary: hostile,
          status: 'reported',
          actors: [{ name: hostile.slice(0, 90) }],
          sources: [{ url: 'https://example.org/hostile', publisher: hostile.slice(0, 90) }],
        },
      }),
    });
    expect(response.status).toBe(201);
    await whenIdle();
    const { id } = await response.json();
    for (const path of ['/', '/stories/hostile-texts', '/embed/stories/hostile-texts', `/events/${id}`]) {
      const { page, complaints, requests, close } = await lookAt(site(), path, { scheme: 'light', width: desktop });
      expect([path, await page.getByText(hostile).first().isVisible()]).toEqual([path, true]);
      expect({
        complaints,
        images: await page.locator('img').count(),
        elsewhere: requests.filter((address) => !address.startsWith(url) && !address.startsWith('data:')),
      }).toEqual({ complaints: [], images: 0, elsewhere: [] });
      await close();
    }
  });
});
