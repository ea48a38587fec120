import type { AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { requireForBrowser } from './packages.ts';
import type { Site } from './site.ts';

/** A window in which a page is looked at. */
export interface View {
  readonly scheme: 'light' | 'dark';
  readonly width: number;
  /** Whether scripts of pages run. Default true. */
  readonly script?: boolean;
  /** Whether the time of the page stands still until the test moves it. */
  readonly isClockHeld?: boolean;
}

export const phone = 375;
export const desktop = 1280;

export const views: readonly View[] = (['light', 'dark'] as const).flatMap((scheme) =>
  [phone, desktop].map((width) => ({ scheme, width })),
);

/** A page in a window of its own, with what it complained about and what it asked of others. */
export interface Look {
  readonly page: Page;
  /** Errors and warnings of the console, and scripts that failed. */
  readonly complaints: string[];
  /** The addresses of all that was loaded. */
  readonly requests: string[];
  close(): Promise<void>;
}

const heightPx = 800;

async function watched(context: BrowserContext): Promise<Look> {
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`A dialog says ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  return { page, complaints, requests, close: () => context.close() };
}

/** Opens a page of the site. */
export async function lookAt({ browser, url }: Site, path: string, view: View): Promise<Look> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: heightPx },
    colorScheme: view.scheme,
    javaScriptEnabled: view.script ?? true,
    // The content security policy stays in force; axe is evaluated, not added to the page.
    bypassCSP: false,
  });
  const look = await watched(context);
  if (view.isClockHeld) await look.page.clock.install();
  await look.page.goto(new URL(path, url).href);
  return look;
}

/** The rules of axe that a page breaks, each with the elements. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  const { source } = requireForBrowser('axe-core') as { source: string };
  await page.evaluate(source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** How many pixels a page is wider than its window. */
export const overflowPx = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
