import { dayMs } from '../events/dates/durations.ts';
import { seedCards } from '../test/support/fixtures/seed-cards.ts';
import { type Capacity, meterCapacity } from '../test/support/world/capacity.ts';
import type { World } from '../test/support/world/world.ts';
import { eventOfDay } from './events.ts';
import { figure, printTable } from './table.ts';

const sizes = [1_000, 10_000, 100_000];
const pageSize = 50;
/** One event in so many lasts for years. */
const longEvery = 50;
const yearsOfLong = 3;
/** So many events are projected at once. */
const chunk = 10_000;

type Posted = Parameters<typeof seedCards>[1][number];

/** An event of one day; or, one in so many, of some years. */
function eventAt(index: number, story: string, hasLong: boolean) {
  const event = eventOfDay(index, story);
  const { edtf } = event.data.when;
  if (!hasLong || index % longEvery !== 0) return event;
  const end = new Date(Date.parse(edtf) + yearsOfLong * 365 * dayMs).toISOString().slice(0, 10);
  return { ...event, data: { ...event.data, when: { edtf: `${edtf}/${end}` } } };
}

/** Measures what a page costs as a timeline grows: with events of a day only, and with some that last for years. */
export async function benchGrowth(world: World): Promise<void> {
  const { dynamodb } = await import('../functions/lib/runtime/dynamodb.ts');
  const meter = meterCapacity(dynamodb);
  const rows: (string | number)[][] = [];
  for (const hasLong of [false, true]) {
    for (const size of sizes) {
      const story = `growth-${hasLong ? 'long' : 'short'}-${size}`;
      for (let first = 0; first < size; first += chunk) {
        const events = Array.from({ length: Math.min(chunk, size - first) }, (_, offset) =>
          eventAt(first + offset, story, hasLong),
        );
        await seedCards(`S#${story}`, events as Posted[]);
      }
      const read = async (query: string): Promise<Capacity> => {
        meter.take();
        const { status, text } = await world.get(`/v1/timeline?story=${story}&limit=${pageSize}&${query}`);
        if (status !== 200) throw new Error(text);
        return meter.take();
      };
      const [page, day] = [await read('from=1991-06-01'), await read('from=1991-06-01&to=1991-06-01')];
      rows.push([
        `${size} events${hasLong ? `, one in ${longEvery} for ${yearsOfLong} years` : ''}`,
        ...[page.read, page.calls, day.read, day.calls].map(figure),
      ]);
    }
  }
  printTable(
    `Growth: a page of ${pageSize} entries from a day on, and one day alone`,
    ['', 'page, RCU', 'round trips', 'day, RCU', 'round trips'],
    rows,
  );
}
