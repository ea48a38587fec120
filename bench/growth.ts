import { dayMs } from '../events/dates/durations.ts';
import { seedCards } from '../test/support/fixtures/seed-cards.ts';
import { type Capacity, meterCapacity } from '../test/support/world/capacity.ts';
import type { World } from '../test/support/world/world.ts';
import { eventOfDay } from './events.ts';
import { figure, printTable } from './table.ts';

const sizes = [1_000, 10_000, 100_000];
const largeSize = 1_000_000;
const pageSize = 50;
/** For so many events of a day, one lasts for years. */
const daysPerLong = 50;
const yearsOfLong = 3;
/** So many events are projected at once. */
const chunk = 10_000;
const bytesPerReadUnit = 4_096;

type Posted = Parameters<typeof seedCards>[1][number];

const storyOf = (size: number) => `growth-${size}`;

/** An event that begins on a day and lasts for some years. */
function longEvent(index: number, story: string) {
  const event = eventOfDay(index, story);
  const { edtf } = event.data.when;
  const end = new Date(Date.parse(edtf) + yearsOfLong * 365 * dayMs).toISOString().slice(0, 10);
  return { ...event, data: { ...event.data, when: { edtf: `${edtf}/${end}` } } };
}

async function seed(story: string, count: number, eventAt: (index: number) => unknown): Promise<void> {
  for (let first = 0; first < count; first += chunk) {
    const events = Array.from({ length: Math.min(chunk, count - first) }, (_, offset) => eventAt(first + offset));
    await seedCards(`S#${story}`, events as Posted[]);
  }
}

/**
 * Measures what a page costs as a timeline grows: with events of a day only, and with some more that last for years.
 *
 * @param isLarge whether one timeline has a million entries
 */
export async function benchGrowth(world: World, isLarge: boolean): Promise<void> {
  const { dynamodb } = await import('../functions/lib/runtime/dynamodb.ts');
  const meter = meterCapacity(dynamodb);
  const rows: (string | number)[][] = [];
  for (const size of isLarge ? [...sizes, largeSize] : sizes) {
    const story = storyOf(size);
    const read = async (query: string): Promise<Capacity & { readonly bytes: number }> => {
      meter.take();
      const { status, text } = await world.get(`/v1/timeline?story=${story}&limit=${pageSize}&${query}`);
      if (status !== 200) throw new Error(text);
      return { ...meter.take(), bytes: Buffer.byteLength(text) };
    };
    const measure = async (name: string) => {
      const [page, day] = [await read('from=1991-06-01'), await read('from=1991-06-01&to=1991-06-01')];
      const least = Math.ceil(page.bytes / bytesPerReadUnit) / 2;
      rows.push([name, ...[page.read, page.calls, page.bytes, least, day.read, day.calls].map(figure)]);
    };
    await seed(story, size, (index) => eventOfDay(index, story));
    await measure(`${size} events`);
    const long = size / daysPerLong;
    // Each begins on another of the days.
    await seed(story, long, (index) => longEvent(index * daysPerLong, story));
    await measure(`and ${long} of ${yearsOfLong} years`);
  }
  printTable(
    `Growth: a page of ${pageSize} entries from a day on, and one day alone`,
    ['', 'page, RCU', 'round trips', 'bytes', 'least RCU', 'day, RCU', 'round trips'],
    rows,
  );
}
