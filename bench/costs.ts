import { type Capacity, meterCapacity } from '../test/support/world/capacity.ts';
import type { World } from '../test/support/world/world.ts';
import { eventOfDay } from './events.ts';
import { seedTimeline } from './seed.ts';
import { figure, printTable } from './table.ts';

const batchSize = 50;
const pageSize = 50;
const facetsOfEvent = 5;
const timelineSizes = [1_000, 10_000, 100_000];
const largeSize = 1_000_000;

type Row = (string | number)[];

const rowOf = (name: string, used: Capacity, per: number, budget: string, least: string): Row => [
  name,
  figure(used.write / per),
  figure(used.read / per),
  figure(used.calls / per),
  budget,
  least,
];

/** Measures the capacity that a page consumes, for timelines of several sizes. @param isLarge whether one has a million entries */
export async function benchPages(world: World, isLarge: boolean): Promise<void> {
  const { dynamodb } = await import('../functions/lib/runtime/dynamodb.ts');
  const meter = meterCapacity(dynamodb);
  const pages: Row[] = [];
  for (const size of isLarge ? [...timelineSizes, largeSize] : timelineSizes) {
    await seedTimeline(`bench-${size}`, size);
    meter.take();
    const { text } = await world.get(`/v1/timeline?story=bench-${size}&from=1990-03-01&limit=${pageSize}`);
    const used = meter.take();
    const bytes = Buffer.byteLength(text);
    const least = Math.ceil(bytes / 4096) * 0.5;
    pages.push([`from ${size} entries`, figure(used.read), figure(used.calls), figure(bytes), figure(least)]);
  }
  printTable(
    `Consumed capacity: a page of ${pageSize} entries`,
    ['', 'RCU', 'round trips', 'bytes of body', 'minimum, eventually consistent'],
    pages,
  );
}

/** A line in the corrections log of all stories, and one in that of its story. */
const correctionLines = 2;

/** Lines in the lists by publication: of everything, and of its story. */
const publicationLines = 2;

/** Measures the capacity that each step of writing consumes, next to its budget and to the minimum that DynamoDB allows. */
export async function benchWriting(world: World): Promise<void> {
  const { dynamodb } = await import('../functions/lib/runtime/dynamodb.ts');
  const meter = meterCapacity(dynamodb);
  const rows: Row[] = [];
  const post = (index: number) => world.call('POST', '/v1/events', { body: eventOfDay(index) });

  const first = await post(0);
  rows.push(rowOf('append of an event', meter.take(), 1, '1 WCU', '1 WCU'));
  await post(0);
  rows.push(rowOf('replay of it', meter.take(), 1, '1 WCU', '1 WCU'));

  await world.sequence(first.body.id);
  rows.push(rowOf('sequencing one event alone', meter.take(), 1, '4 WCU', '4 WCU'));
  await world.project();
  const oneEvent = facetsOfEvent + publicationLines + 2 + 2 * facetsOfEvent;
  rows.push(
    rowOf('projecting one event alone', meter.take(), 1, `${oneEvent} WCU`, `${facetsOfEvent + publicationLines} WCU`),
  );

  const { body } = await world.call('POST', '/v1/events', {
    body: Array.from({ length: batchSize }, (_, index) => eventOfDay(1 + index)),
  });
  rows.push(rowOf(`append, each of ${batchSize} in a batch`, meter.take(), batchSize, '1 WCU', '1 WCU'));
  await world.sequence(...body.results.map(({ id }: { id: string }) => id));
  rows.push(rowOf(`sequencing, each of ${batchSize}`, meter.take(), batchSize, '4 WCU', '4 WCU'));
  await world.project();
  const chunk = figure(facetsOfEvent + publicationLines + (2 + 2 * facetsOfEvent) / batchSize);
  rows.push(
    rowOf(
      `projecting, each of ${batchSize}`,
      meter.take(),
      batchSize,
      `${chunk} WCU`,
      `${facetsOfEvent + publicationLines} WCU`,
    ),
  );

  const correct = async (expected: number, data: object) => {
    const path = `/v1/events/${first.body.id}/corrections`;
    await world.call('POST', path, { body: { note: 'Corrected.', data }, headers: { 'if-match': `"${expected}"` } });
  };
  await correct(0, { headline: 'Another headline' });
  rows.push(rowOf('correction, appended', meter.take(), 1, '-', '1 WCU, 1 RCU'));
  await world.sequence(first.body.id);
  meter.take();
  await world.project();
  const heads = 2 + 2 * facetsOfEvent;
  const [same, moved] = [2, 3].map((units) => units * facetsOfEvent + correctionLines + publicationLines) as [
    number,
    number,
  ];
  rows.push(rowOf('correction, projected', meter.take(), 1, `${same + heads} WCU`, `${same} WCU`));
  await correct(1, { when: { edtf: '2001-01-01' } });
  await world.sequence(first.body.id);
  meter.take();
  await world.project();
  rows.push(rowOf('… that moves the date', meter.take(), 1, `${moved + heads} WCU`, `${moved} WCU`));
  printTable(
    `Consumed capacity: writing (an event in ${facetsOfEvent} facets)`,
    ['', 'WCU', 'RCU', 'round trips', 'budget', 'minimum'],
    rows,
  );
}
