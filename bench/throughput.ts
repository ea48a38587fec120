import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { World } from '../test/support/world/world.ts';
import { eventOfDay } from './events.ts';
import { figure, printTable } from './table.ts';

const rounds = 5;
const callsPerRound = 300;
const callsAtOnce = 8;

/** The number of calls per second, with a few at once. */
async function rateOf(call: (index: number) => Promise<unknown>): Promise<number> {
  const indexes = Array(callsPerRound).keys();
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: callsAtOnce }, async () => {
      for (const index of indexes) await call(index);
    }),
  );
  return callsPerRound / ((performance.now() - begun) / 1000);
}

const median = (values: number[]) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;

/** Measures two calls in turns, so that a slow phase of the machine affects both. */
async function compare(handler: (index: number) => Promise<unknown>, bare: (index: number) => Promise<unknown>) {
  await rateOf(handler);
  await rateOf(bare);
  const rates: { handler: number; bare: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    rates.push({ handler: await rateOf(handler), bare: await rateOf(bare) });
  }
  return {
    handler: median(rates.map((rate) => rate.handler)),
    bare: median(rates.map((rate) => rate.bare)),
    ratio: median(rates.map((rate) => rate.handler / rate.bare)),
  };
}

/** Measures the calls per second of handlers, next to those of the DynamoDB calls that they need at least. */
export async function benchThroughput(world: World): Promise<void> {
  const { dynamodb } = await import('../functions/lib/runtime/dynamodb.ts');
  let appended = 1_000_000;
  const append = await compare(
    () => world.call('POST', '/v1/events', { body: eventOfDay(appended++) }),
    () => {
      const index = appended++;
      const Item = marshall({ pk: `E#bare-${index}`, sk: 'R#000000', event: JSON.stringify(eventOfDay(index)) });
      const ConditionExpression = 'attribute_not_exists(pk)';
      return dynamodb.send(new PutItemCommand({ TableName: 'EventLog', Item, ConditionExpression }));
    },
  );
  const read = await compare(
    (index) => world.get(`/v1/timeline?story=bench-10000&from=${1990 + (index % 20)}&limit=50`),
    (index) => {
      const low = `d#${String(62_250_000_000_000 + (index % 20) * 31_536_000_000).padStart(15, '0')}`;
      return dynamodb.send(
        new QueryCommand({
          TableName: 'Timelines',
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
          ExpressionAttributeValues: marshall({ ':pk': '1#S#bench-10000', ':low': low, ':high': 'd#~' }),
          Limit: 51,
        }),
      );
    },
  );
  printTable(
    `Throughput on this machine, ${callsAtOnce} calls at once (calls a second; medians of ${rounds} rounds in turn)`,
    ['', 'handler', 'bare call', 'ratio'],
    [
      ['append, next to its PutItem', figure(append.handler), figure(append.bare), figure(append.ratio)],
      ['page of 50, next to its Query', figure(read.handler), figure(read.bare), figure(read.ratio)],
    ],
  );
}
