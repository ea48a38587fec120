import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { JSDOM } from 'jsdom';
import { problem } from '../../support/expectations/problem.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let committed: { paths: Record<string, Record<string, { operationId: string; summary: string }>> };
let page: JSDOM;

beforeAll(async () => {
  world = await startWorld();
  committed = JSON.parse(await readFile(join(import.meta.dirname, '..', '..', '..', 'openapi.json'), 'utf8'));
  page = new JSDOM((await world.get('/docs')).text);
});

afterAll(() => world.stop());

const elements = (selector: string) => [...page.window.document.querySelectorAll(selector)];

describe('the description of the API', () => {
  test('is the committed document', async () => {
    const { status, headers, body } = await world.get('/v1/openapi.json');
    expect([status, headers['content-type'], body]).toEqual([200, 'application/json', committed]);
  });

  test('takes no parameters', async () => {
    expect(await world.get('/docs?a=1')).toMatchObject({ status: 400, body: problem(400, 'invalid-input') });
  });
});

describe('the page', () => {
  test('shows every route and every schema, and leads to each', () => {
    const operations = Object.values(committed.paths).flatMap((methods) => Object.values(methods));
    const ids = new Set(elements('[id]').map(({ id }) => id));
    for (const { operationId } of operations) expect(ids).toContain(operationId);
    const targets = elements('a[href^="#"]').map((link) => link.getAttribute('href')?.slice(1) ?? '');
    expect(targets.filter((target) => !ids.has(target))).toEqual([]);
    const listed = new Set(elements('nav a').map(({ textContent }) => textContent));
    for (const { summary } of operations) expect(listed).toContain(summary);
  });

  test('shows how to ask each route, and what is refused how', () => {
    const routes = Object.entries(committed.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, ...operation })),
    );
    for (const { operationId, method, path } of routes) {
      const [shown = ''] = elements(`[id="${operationId}"] pre`).map(({ textContent }) => textContent ?? '');
      expect(shown).toMatch(new RegExp(`^curl "\\$TIMELINE${path.replaceAll(/\{\w+\}/g, '[^/"{}]+')}[?"]`));
      const usual = shown.includes('--data') ? 'post' : 'get';
      expect([operationId, shown.includes('--request')]).toEqual([operationId, method !== usual]);
    }
    const listed = elements('#problems ~ .wide td').map(({ textContent }) => textContent);
    expect(listed).toEqual(expect.arrayContaining(['/problems/invalid-input', '/problems/unavailable']));
  });

  test('has nothing twice that should be there once', () => {
    const ids = elements('[id]').map(({ id }) => id);
    expect(ids).toHaveLength(new Set(ids).size);
    expect(elements('h1')).toHaveLength(1);
  });

  test('needs no script and nothing from elsewhere, and lets the browser refuse both', async () => {
    const { headers } = await world.get('/docs');
    expect(elements('script, link, img, iframe, [style], [onclick], form')).toEqual([]);
    const style = elements('style')[0]?.textContent ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
    });
  });
});
