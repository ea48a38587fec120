import { type HostileRoute, hostileRoutes, targetsOf } from '../test/support/fixtures/hostile-bodies.ts';
import type { World } from '../test/support/world/world.ts';
import { figure, printTable } from './table.ts';

const maximumRatio = 12;
/** Of a smaller body, what any request and any error take weighs more than its bytes. It is printed, and not judged. */
const leastBytes = 65_536;
const runs = 5;
const warmUpRuns = 20;
/** A run that takes this long is measured once: the verdict is clear. */
const longMs = 2_000;

/** The least CPU time of several runs, in milliseconds. */
async function cpuMs(work: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs && !(run > 0 && least > longMs); run++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}

const parse = (bytes: Buffer) => {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
};

/**
 * Measures the CPU time that a route spends on each hostile body, next to that of `JSON.parse` of the same bytes. What
 * the route spends on an ordinary body is taken off: that is not due to the hostile one.
 *
 * @returns the rows of the bodies that cost more than twelve times as much
 */
async function benchRoute(world: World, route: HostileRoute, path: string): Promise<string[]> {
  const { method, headers } = route;
  const send = (text: string) => world.call(method, path, { body: text, headers: { ...headers } });
  for (let run = 0; run < warmUpRuns; run++) await send(route.ordinary);
  const least = await cpuMs(() => send(route.ordinary));
  const rows: (string | number)[][] = [];
  const over: string[] = [];
  for (const [name, text] of route.bodies) {
    let status = 0;
    const spent = Math.max(0, (await cpuMs(async () => ({ status } = await send(text)))) - least);
    const bytes = Buffer.from(text);
    const parsed = await cpuMs(() => parse(bytes));
    const ratio = spent / parsed;
    rows.push([name, bytes.length, status, figure(parsed), figure(spent), figure(ratio)]);
    if ((ratio > maximumRatio && bytes.length >= leastBytes) || status >= 500)
      over.push(`${route.name}: ${name} (${figure(ratio)}×, status ${status})`);
  }
  printTable(
    `CPU of ${route.name}, beside the ${figure(least)} ms of an ordinary body`,
    ['', 'bytes', 'status', 'JSON.parse ms', 'route ms', 'times'],
    rows,
  );
  return over;
}

/**
 * Measures all hostile bodies on all routes.
 *
 * @throws {Error} when one costs more than twelve times as much as `JSON.parse`
 */
export async function benchRefusals(world: World): Promise<void> {
  const ids = await targetsOf(world);
  const over: string[] = [];
  for (const route of hostileRoutes) over.push(...(await benchRoute(world, route, route.path(ids))));
  if (over.length === 0) return;
  throw new Error(`More than ${maximumRatio} times the CPU of JSON.parse:\n${over.join('\n')}`);
}
