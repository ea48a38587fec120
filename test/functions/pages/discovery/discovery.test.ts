import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { JSDOM } from 'jsdom';
import { eventIdOf } from '../../../../events/identity.ts';
import { developmentWith } from '../../../events/samples.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const hostile = 'The "truce" <script>alert(1)</script> & more';

let world: World;
let origin: string;

beforeAll(async () => {
  world = await startWorld();
  await world.call('PUT', '/v1/stories/truce', {
    body: { title: hostile, description: 'How it came about.', timezone: 'Asia/Baku', language: 'en' },
  });
  await world.settle(eventIdOf('/stories', 'truce'));
  for (const subject of ['truce', 'flood']) {
    const { id } = (await world.post(developmentWith({ when: { edtf: '2020-11-10' } }, { subject }))).body;
    await world.settle(id);
  }
  await world.project();
  origin = /Sitemap: (.*)\/sitemap\.xml/.exec((await world.get('/robots.txt')).text)?.[1] ?? '';
});
afterAll(() => world.stop());

const oembed = (url: string, more = '') => world.get(`/oembed?url=${encodeURIComponent(url)}${more}`);

test('robots.txt keeps search engines to the pages, and names the sitemap', async () => {
  const { status, headers, text } = await world.get('/robots.txt');
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(text).toBe(
    `User-agent: *\nDisallow: /v1/\nDisallow: /embed/\nDisallow: /oembed\n\nSitemap: ${origin}/sitemap.xml\n`,
  );
});

test('The sitemap names the pages of all stories, and when each was changed', async () => {
  const { status, headers, text } = await world.get('/sitemap.xml');
  expect([status, headers['content-type']]).toEqual([200, 'application/xml; charset=utf-8']);
  const { document } = new JSDOM(text).window;
  const pages = [...document.querySelectorAll('url')].map((url) =>
    ['loc', 'lastmod'].map((name) => url.querySelector(name)?.textContent),
  );
  const updatedAt = async (slug: string) => (await world.get(`/v1/stories/${slug}`)).body.updatedAt;
  expect(pages).toEqual([
    [`${origin}/`, undefined],
    [`${origin}/corrections`, undefined],
    [`${origin}/stories/flood`, await updatedAt('flood')],
    [`${origin}/stories/truce`, await updatedAt('truce')],
  ]);
});

describe('oEmbed', () => {
  test('answers a frame with the page of a story, its query included', async () => {
    const { status, body } = await oembed(`${origin}/stories/truce?from=2020&q=a%22b`);
    expect(status).toBe(200);
    const { html, ...rest } = body;
    expect(rest).toEqual({
      version: '1.0',
      type: 'rich',
      title: hostile,
      provider_name: 'Timeline',
      provider_url: origin,
      cache_age: 3600,
      width: 640,
      height: 480,
    });
    const { document } = new JSDOM(`<body>${html}</body>`).window;
    expect([...document.querySelectorAll('body *')].map(({ tagName }) => tagName)).toEqual(['IFRAME']);
    const frame = document.querySelector('iframe');
    const attributes = ['src', 'title', 'width', 'height', 'loading'].map((name) => frame?.getAttribute(name));
    expect(attributes).toEqual([`${origin}/embed/stories/truce?from=2020&q=a%22b`, hostile, '640', '480', 'lazy']);
  });

  test.each([
    ['&maxwidth=300&maxheight=5000', 300, 480],
    ['&maxwidth=10&maxheight=20', 10, 20],
    ['&format=json', 640, 480],
    // What WordPress sends, whose editors paste the address of a story.
    ['&maxwidth=580&maxheight=870&dnt=1&format=json', 580, 480],
  ])('keeps to the size that %s asks for', async (more, width, height) => {
    const { body } = await oembed(`${origin}/stories/flood`, more);
    expect([body.width, body.height]).toEqual([width, height]);
  });

  test.each([
    ['another site', () => 'https://elsewhere.example/stories/truce'],
    ['another page', () => `${origin}/corrections`],
    ['a story that does not exist', () => `${origin}/stories/nothing`],
    ['a slug that none can have', () => `${origin}/stories/..%2Ftruce`],
    ['a script', () => 'javascript:alert(1)//stories/truce'],
  ])('knows nothing of %s', async (_what, address) => {
    expect((await oembed(address())).status).toBe(404);
  });

  test.each([
    ['/oembed', 'url'],
    ['/oembed?url=truce', 'url'],
    ['/oembed?url=a&maxwidth=0', 'maxwidth'],
    ['/oembed?url=a&format=xml', 'format'],
    ['/oembed?url=a&callback=x', 'callback'],
  ])('%s is refused, and the parameter named', async (target, parameter) => {
    const { status, body } = await world.get(target);
    expect(status).toBe(400);
    expect(body.errors.map((error: { parameter: string }) => error.parameter)).toContain(parameter);
  });

  test('is named by the page of a story', async () => {
    const { text } = await world.get('/stories/truce', { accept: 'text/html' });
    const { document } = new JSDOM(text).window;
    const address = document.querySelector('link[type="application/json+oembed"]')?.getAttribute('href') ?? '';
    expect(address).toBe(`${origin}/oembed?url=${encodeURIComponent(`${origin}/stories/truce`)}`);
    expect((await world.get(address.slice(origin.length))).body.title).toBe(hostile);
  });
});
