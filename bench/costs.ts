import { type Capacity, meterCapacity } from '../test/support/world/capacity.ts';
import type { World } from '../test/support/world/world.ts';
import { eventOfDay } from './events.ts';
import { figure, printTable } from './table.ts';

const batchSize = 50;
const facetsOfEvent = 5;

type Row = (string | number)[];

const rowOf = (name: string, used: Capacity, per: number, budget: string, least: string): Row => [
  name,
  figure(used.write / per),
  figure(used.read / per),
  figure(used.calls / per),
  budget,
  least,
];

/** A line in the corrections log of all stories, and one in that of its story. */
const correctionLines = 2;

/**
 * Lines in the lists by publication: of everything, and of its story. A correction also marks those of the revision
 * before it.
 */
const publicationLines = 2;

/**
 * Measures the capacity that each step of writing consumes, next to its budget and to the minimum that DynamoDB allows.
 */
export async function benchWriting(world: World): Promise<void> {
  const { dynamodb } = await import('../functions/lib/runtime/dynamodb.ts');
  const meter = meterCapacity(dynamodb);
  const rows: Row[] = [];
  const post = (index: number) => world.call('POST', '/v1/events', { body: eventOfDay(index) });

  // The first request of an instance also looks up who may add to the story, once in half a minute.
  await post(-1);
  meter.take();
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
  const [same, moved] = [2, 3].map((units) => units * facetsOfEvent + correctionLines + 2 * publicationLines) as [
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
