import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Element, JSDOM } from 'jsdom';
import { guides } from '../../../functions/lib/documentation/guides.ts';
import { problem } from '../../support/expectations/problem.ts';
import { type Reply, startWorld, type World } from '../../support/world/world.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly tags: readonly { readonly name: string }[];
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

interface Shown {
  readonly reply: Reply;
  readonly document: Element;
}

let world: World;
let committed: OpenApi;
/** All pages that can be reached from the first one, by path. */
const pages = new Map<string, Shown>();

const linksOf = (document: Element) =>
  [...document.querySelectorAll('a')].map((link) => link.getAttribute('href') ?? '');

async function visit(path: string): Promise<void> {
  if (pages.has(path)) return;
  const reply = await world.get(path);
  const { document } = new JSDOM(reply.text).window;
  pages.set(path, { reply, document });
  const paths = linksOf(document).filter((href) => href.startsWith('/docs'));
  for (const next of new Set(paths.map((href) => href.split('#')[0] ?? ''))) await visit(next);
}

beforeAll(async () => {
  world = await startWorld();
  committed = JSON.parse(await readFile(join(import.meta.dirname, '..', '..', '..', 'openapi.json'), 'utf8'));
  await visit('/docs');
});

afterAll(() => world.stop());

const elements = (path: string, selector: string) => [...(pages.get(path)?.document.querySelectorAll(selector) ?? [])];
const texts = (path: string, selector: string) => elements(path, selector).map(({ textContent }) => textContent ?? '');
const pageOf = (tag: string) => `/docs/${tag.toLowerCase().replaceAll(' ', '-')}`;

const operations = () =>
  Object.entries(committed.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );

/** Faults that a page has, as texts. */
function faultsOf([path, { reply, document }]: [string, Shown]): string[] {
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map(({ tagName }) => Number(tagName[1]));
  const count = (selector: string) => [...document.querySelectorAll(selector)].length;
  const foreign = count('script, link, img, iframe, [style], [onclick], form, object, embed');
  return [
    ...(reply.status === 200 ? [] : [`is answered ${reply.status}`]),
    ...(ids.length === new Set(ids).size ? [] : ['has an id twice']),
    ...(levels.filter((level) => level === 1).length === 1 && levels[0] === 1 ? [] : ['has no single first heading']),
    ...(levels.every((level, index) => index === 0 || level <= (levels[index - 1] ?? 0) + 1)
      ? []
      : ['skips a heading']),
    ...['.menu', '.side'].flatMap((place) =>
      count(`${place} nav [aria-current]`) === 1 ? [] : [`does not mark the current page in its ${place}`],
    ),
    ...(foreign === 0 ? [] : ['holds something that the browser is to refuse']),
    ...(count('header, main, nav[aria-label="Documentation"]') === 4 ? [] : ['lacks a landmark']),
    ...(document.querySelector('html')?.getAttribute('lang') === 'en' ? [] : ['names no language']),
  ].map((fault) => `${path} ${fault}`);
}

/** Links that lead to no page, or to no place on it. */
function brokenLinks([path, { document }]: [string, Shown]): string[] {
  return linksOf(document).filter((href) => {
    if (/^https:/.test(href) || href === '/v1/openapi.json') return false;
    const [to = '', anchor] = href.split('#');
    const target = pages.get(to === '' ? path : to)?.document;
    return (
      !target ||
      (anchor !== undefined &&
        ![...target.querySelectorAll('[id]')].some(({ id }) => id === decodeURIComponent(anchor)))
    );
  });
}

test('The OpenAPI document is the committed one', async () => {
  const { status, headers, body } = await world.get('/v1/openapi.json');
  expect([status, headers['content-type'], body]).toEqual([200, 'application/json', committed]);
});

test('The pages accept no parameters, and unknown pages are 404', async () => {
  for (const path of ['/docs', '/docs/timelines', '/docs/schemas/Entry', '/docs/guides/webhooks']) {
    expect(await world.get(`${path}?a=1`)).toMatchObject({ status: 400, body: problem(400, 'invalid-input') });
  }
  for (const path of ['/docs/none', '/docs/schemas/none', '/docs/schemas/toString', '/docs/guides/none']) {
    expect(await world.get(path)).toMatchObject({ status: 404, body: problem(404, 'not-found') });
  }
});

describe('The pages of the documentation', () => {
  test('are all linked from the first page: groups, schemas and guides', () => {
    expect([...pages.keys()].sort()).toEqual(
      [
        '/docs',
        '/docs/problems',
        '/docs/schemas',
        ...committed.tags.map(({ name }) => pageOf(name)),
        ...Object.keys(committed.components.schemas).map((name) => `/docs/schemas/${name}`),
        ...guides.map(({ name }) => `/docs/guides/${name}`),
      ].sort(),
    );
  });

  test('have one first heading, headings in order, landmarks, and mark the current page', () => {
    expect([...pages].flatMap(faultsOf)).toEqual([]);
  });

  test('link only to pages and headings that exist', () => {
    expect([...pages].flatMap((page) => brokenLinks(page).map((href) => `${page[0]} → ${href}`))).toEqual([]);
  });

  test('make browsers block scripts and content from other sites', () => {
    for (const { reply, document } of pages.values()) {
      const style = document.querySelector('style')?.textContent ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      expect(reply.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400',
      });
    }
  });

  test('are short enough to read: none has more than a sixth of the whole', () => {
    const sizes = [...pages.values()].map(({ reply }) => reply.text.length);
    const all = sizes.reduce((sum, size) => sum + size, 0);
    expect(Math.max(...sizes)).toBeLessThan(all / 6);
  });
});

describe('The API reference', () => {
  test('lists every route on the overview, by group', () => {
    const listed = elements('/docs', 'td a').map((link) => [link.textContent, link.getAttribute('href')]);
    for (const { summary, operationId, tags } of operations()) {
      expect(listed).toContainEqual([summary, `${pageOf(tags[0] ?? '')}#${operationId}`]);
    }
  });

  test('shows how to call each route', () => {
    for (const { operationId, method, path, tags } of operations()) {
      const [shown = ''] = texts(pageOf(tags[0] ?? ''), `[aria-labelledby="${operationId}"] pre`);
      expect(shown).toMatch(new RegExp(`^curl "\\$TIMELINE${path.replaceAll(/\{\w+\}/g, '[^/"{}]+')}[?"]`));
      const usual = shown.includes('--data') ? 'post' : 'get';
      expect([operationId, shown.includes('--request')]).toEqual([operationId, method !== usual]);
    }
  });

  test('explains every type of problem with an example', () => {
    const types = elements('/docs/problems', 'h2').map(({ id }) => id);
    expect(types).toEqual(expect.arrayContaining(['invalid-input', 'stale-revision', 'unavailable', 'internal']));
    for (const type of types.filter((one) => !['internal', 'method-not-allowed'].includes(one))) {
      const [example = '{}'] = texts('/docs/problems', `[aria-labelledby="${type}"] pre`);
      expect(JSON.parse(example)).toMatchObject({ type: `/problems/${type}` });
    }
  });

  test('shows the fields of a schema with their types', () => {
    const rows = elements('/docs/schemas/RelatedEvent', 'tbody tr').map((row) =>
      [...row.querySelectorAll('td')].map(({ textContent }) => textContent),
    );
    expect(rows).toEqual([
      ['rel required', 'amends fulfils under disputes', 'How this event relates to the other.'],
      ['id required', 'string', expect.stringContaining('The public id of the event.')],
    ]);
  });
});
