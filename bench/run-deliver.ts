import '../test/setup.ts';
import { workerTimeoutMs } from '../events/webhooks/delivery-timing.ts';
import { createdEndpoint, verifyEndpoint } from '../test/support/receivers/endpoints.ts';
import { startReceiver } from '../test/support/receivers/receiver.ts';
import { subscribersIn } from '../test/support/receivers/subscribers.ts';
import { meterCapacity } from '../test/support/world/capacity.ts';
import { emptyTable } from '../test/support/world/tables.ts';
import { startWorld } from '../test/support/world/world.ts';
import { eventOfDay } from './events.ts';
import { figure, printTable } from './table.ts';

const messages = 200;
const rounds = 4;

/**
 * What a message to one endpoint costs: calls, units, and the CPU time of this process, in which the receiver runs too.
 */
const world = await startWorld();
try {
  const subscribers = await subscribersIn();
  const { readFanOutCheckpoint } = await import('../functions/lib/subscribers/fan-out/fan-out-checkpoint.ts');
  const { work } = await import('../functions/lib/deliver/worker.ts');
  const { dynamodb } = await import('../functions/lib/runtime/dynamodb.ts');
  const rows: string[][] = [];
  for (let round = 0; round < rounds; round++) {
    for (const maxInFlight of [1, 10]) {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
      const receiver = await startReceiver();
      const { id } = await createdEndpoint(world, { url: receiver.url, startAt: 'beginning', maxInFlight });
      await verifyEndpoint(id);
      for (let sent = 0; sent < messages; sent += 50) {
        const first = eventOfDay(0);
        const batch = Array.from({ length: 50 }, (_event, index) => ({
          ...first,
          id: `${round}-${maxInFlight}-${sent + index}`,
        }));
        // Each run has a newsroom of its own, since one may write 300 events in five seconds.
        const { status, text } = await world.post(batch, { newsroom: `desk-${round}-${maxInFlight}` });
        if (status !== 200) throw new Error(`The batch was answered ${status}: ${text}`);
        while ((await readFanOutCheckpoint('consistent')).position < sent + 50) {
          await world.project();
          await subscribers.fanOut();
        }
      }
      await subscribers.backfill(id);
      const meter = meterCapacity(dynamodb);
      const begun = process.cpuUsage();
      await work(id, 'prompt', () => workerTimeoutMs);
      const { user, system } = process.cpuUsage(begun);
      const { calls, read, write } = meter.take();
      const sent = receiver.received.length;
      if (sent !== messages) throw new Error(`Only ${sent} messages were sent.`);
      await receiver.stop();
      const perMessage = [calls, write, read, (user + system) / 1_000].map((sum) => figure(sum / messages));
      rows.push([String(maxInFlight), ...perMessage]);
    }
  }
  printTable(
    `A message to one endpoint (${messages} messages in a run)`,
    ['in flight', 'calls', 'WCU', 'RCU', 'CPU ms'],
    rows,
  );
} finally {
  await world.stop();
}
