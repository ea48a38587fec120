import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, BrowserType } from 'playwright-core';
import { installForBrowser, requireForBrowser } from './packages.ts';

const names = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'chrome'];
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const launchLimitMs = 60_000;
const isRoot = process.getuid?.() === 0;
const hasPackagedChromium = process.platform === 'linux' && process.arch === 'x64';

/** Arguments of the packaged Chromium that make it another browser than that of readers, or that only root needs. */
const refusedArguments = new Set([
  '--single-process',
  '--no-sandbox',
  '--disable-setuid-sandbox',
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--disable-site-isolation-trials',
  "--headless='shell'",
]);

interface Chromium {
  readonly path: string;
  readonly commandLine: readonly string[];
}

function ofTheMachine(): Chromium[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...elsewhere];
  return paths.filter((path) => existsSync(path)).map((path) => ({ path, commandLine: [] }));
}

/** Unpacks the Chromium of the package, beside the packages, so that it happens once. */
async function ofThePackage(): Promise<Chromium> {
  const folder = join(import.meta.dirname, '..', 'node_modules', '.chromium');
  const unpacking = `${folder}-${process.pid}`;
  // The package unpacks into the temporary folder, unless there is one already.
  const program = `import chromium from ${JSON.stringify(requireForBrowser.resolve('@sparticuz/chromium'))};
    if (process.argv[1] === 'unpack') await chromium.executablePath();
    console.log(JSON.stringify(chromium.args));`;
  const isUnpacked = existsSync(folder);
  if (!isUnpacked) await mkdir(unpacking);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program, isUnpacked ? 'use' : 'unpack'],
    { env: { ...process.env, TMPDIR: unpacking } },
  );
  if (!isUnpacked) await rename(unpacking, folder);
  const commandLine = (JSON.parse(stdout) as string[]).filter((argument) => !refusedArguments.has(argument));
  return { path: join(folder, 'chromium'), commandLine };
}

async function launch({ path, commandLine }: Chromium): Promise<Browser> {
  const { chromium } = requireForBrowser('playwright-core') as { chromium: BrowserType };
  return chromium.launch({
    executablePath: path,
    args: [...commandLine],
    chromiumSandbox: !isRoot,
    timeout: launchLimitMs,
  });
}

/** Without any font, Chromium draws text that has no width. */
async function assertFont(browser: Browser): Promise<void> {
  const page = await browser.newPage();
  await page.setContent('<span>Timeline</span>');
  const { width = 0 } = (await page.locator('span').boundingBox()) ?? {};
  await page.close();
  if (width === 0) throw new Error('The machine has no font.');
}

/** What is missing, in the words of the system where it names a library. */
function reasonOf(error: unknown): string {
  const { message } = error as Error;
  const [library] = /[^\s:]+: cannot open shared object file/.exec(message) ?? [];
  const [sandbox] = /No usable sandbox!/.exec(message) ?? [];
  return library ?? sandbox ?? (message.split('\n')[0] as string);
}

type Found = { readonly chromium: Chromium } | { readonly missing: string };

async function tried(chromium: Chromium): Promise<Found> {
  try {
    const browser = await launch(chromium);
    try {
      await assertFont(browser);
      return { chromium };
    } finally {
      await browser.close();
    }
  } catch (error) {
    return { missing: `${chromium.path} does not work (${reasonOf(error)})` };
  }
}

async function find(): Promise<Found> {
  const reasons: string[] = [];
  const own = ofTheMachine();
  if (own.length > 0) await installForBrowser(false);
  for (const chromium of own) {
    const found = await tried(chromium);
    if ('chromium' in found) return found;
    reasons.push(found.missing);
  }
  if (hasPackagedChromium) {
    await installForBrowser(true);
    const found = await tried(await ofThePackage());
    if ('chromium' in found) return found;
    reasons.push(found.missing);
  } else if (own.length === 0) {
    reasons.push('there is neither a Chromium nor a Chrome on this machine, and npm has one for Linux on x64 only');
  }
  return { missing: reasons.join('; ') };
}

/**
 * A Chromium that works: the one of the machine, or, on Linux on x64, the one of a package.
 *
 * @returns how to launch it, or what is missing
 */
export async function findChromium(): Promise<
  { readonly launch: () => Promise<Browser> } | { readonly missing: string }
> {
  const found = await find();
  return 'chromium' in found ? { launch: () => launch(found.chromium) } : found;
}
