import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type Measured, measurePipeline } from './pipeline.ts';
import { figure, printTable } from './table.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '8' }, json: { type: 'string', default: 'pipeline.json' } },
});
const measured = await measurePipeline(Number(values.seconds), (line) => console.log(line));
const head = [
  'events a second',
  'posted',
  'published',
  'delivered',
  ...['visible', 'webhook'].flatMap((what) => [`${what} p50`, 'p95', 'p99']),
];

const rowOf = ({ rate, posted, published, delivered, visibleMs, webhookMs }: Measured) => [
  String(rate === 2 ? 'idle (2)' : rate),
  ...[posted, published, delivered].map(figure),
  ...[visibleMs, webhookMs].flatMap(({ p50, p95, p99 }) => [p50, p95, p99]),
];

for (const hasLatency of [false, true])
  printTable(
    hasLatency
      ? 'From the POST until visible and until delivered, ms: 5 ms a call of the database and 10 ms a transaction'
      : 'From the POST until visible and until delivered, ms: as fast as this machine is',
    head,
    measured.filter((one) => one.hasLatency === hasLatency).map(rowOf),
  );
const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version };
await writeFile(values.json, `${JSON.stringify({ date: new Date().toISOString(), machine, measured }, null, 2)}\n`);
