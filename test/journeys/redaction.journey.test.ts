import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { minuteMs } from '../../events/dates/durations.ts';
import { withLocalDatabase } from '../../local/data/data-folder.ts';
import { localAccount } from '../../local/engines/local-client.ts';
import { stopClock } from '../support/world/eraser.ts';
import { clientOf } from './support/client.ts';
import { eventually } from './support/eventually.ts';
import { endPrograms, startSystem } from './support/program.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journeyLimitMs = 240_000;
const name = 'Zarathustra';
/** Longer than any redaction takes. */
const maximumMinutes = 90;

const planted = {
  type: 'development.reported',
  id: `${name}-2020`,
  subject: 'karabakh-2020',
  data: {
    when: { edtf: '2020-12-07' },
    headline: `${name} speaks`,
    status: 'reported',
    actors: [{ name }],
    places: [{ name: `${name} Square` }],
    sources: [{ url: `https://example.org/${name}`, publisher: name }],
  },
};
const harmless = {
  headline: 'A quiet day',
  actors: [],
  places: [],
  sources: [{ url: 'https://example.org/quiet', publisher: 'AFP' }],
};

const folder = await temporaryFolder();

afterAll(async () => {
  endPrograms();
  await folder.remove();
});

async function started() {
  const program = startSystem(['--port', '0', '--data', folder.path, '--no-story']);
  const [, url = ''] = await program.said(/^Timeline +(http:\S+)\/v1\/timeline$/m);
  const [, key = ''] = await program.said(/^Development key +(\S+)$/m);
  await program.said(/^Ready\./m);
  return { program, client: clientOf(url, key) };
}

async function stop({ program }: Awaited<ReturnType<typeof started>>): Promise<void> {
  program.kill('SIGTERM');
  await program.ended;
}

/** The files of the data folder that contain a text, in any case. */
async function filesWith(text: string): Promise<string[]> {
  const entries = await readdir(folder.path, { recursive: true, withFileTypes: true });
  // The bundles of the functions contain no data.
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('cdk.out'));
  const found = await Promise.all(
    files.map(async (file) => {
      const path = join(file.parentPath, file.name);
      return (await readFile(path, 'latin1')).toLowerCase().includes(text.toLowerCase()) ? [file.name] : [];
    }),
  );
  return found.flat().sort();
}

/** Carries the redaction out on the data of a system that does not run: hours of its minutes pass in seconds. */
async function finishRedactions(): Promise<void> {
  await withLocalDatabase(folder.path, async ({ endpoint, outputs }) => {
    Object.assign(process.env, {
      EVENT_LOG_TABLE: outputs.EventLogTable,
      TIMELINES_TABLE: outputs.TimelinesTable,
      SUBSCRIBERS_TABLE: outputs.SubscribersTable,
      REDACTIONS_TABLE: outputs.RedactionsTable,
      PROMPT_QUEUE_URL: 'http://127.0.0.1:9/prompt',
      SLOW_QUEUE_URL: 'http://127.0.0.1:9/slow',
      PARKED_QUEUE_URL: 'http://127.0.0.1:9/parked',
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: localAccount.region,
      AWS_ACCESS_KEY_ID: localAccount.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localAccount.credentials.secretAccessKey,
    });
    const { follow } = await import('../../functions/lib/event-log/follower.ts');
    const { projector } = await import('../../functions/lib/project/projector.ts');
    const { fanOut } = await import('../../functions/lib/fan-out/fan-out.ts');
    const { eraseContent } = await import('../../functions/lib/erase/erase-content.ts');
    const { allOpenRedactions } = await import('../../functions/lib/redactions/redactions.ts');
    const plenty = () => Number.POSITIVE_INFINITY;
    stopClock();
    for (let minutes = 0; minutes < maximumMinutes; minutes++) {
      await follow(
        projector(async () => {}),
        plenty,
      );
      await follow(fanOut(), plenty);
      await eraseContent({ now: Date.now, hasTime: () => true, invalidate: async () => {} });
      if ((await allOpenRedactions().next()).done) break;
      jest.setSystemTime(Date.now() + minuteMs);
    }
    jest.useRealTimers();
    expect((await allOpenRedactions().next()).done).toBe(true);
  });
}

test(
  'A name that was taken down is in no file of the data folder once the local system was started again',
  async () => {
    const first = await started();
    const { body } = await first.client.send('POST', '/v1/events', planted);
    const event = `/v1/events/${body.id}`;
    const correction = { note: `${name} asked for it.`, data: { headline: `${name} is silent` } };
    await first.client.send('POST', `${event}/corrections`, correction, { 'if-match': '"0"' });
    await eventually(
      () => first.client.get(`/v1/timeline?actor=${name.toLowerCase()}`),
      ({ body: { entries } }) => entries[0]?.revision === 1,
    );
    const redaction = await first.client.send('POST', `${event}/redaction`, { reason: 'safety', note: 'Taken down.' });
    expect(redaction.status).toBe(202);
    expect(
      (
        await eventually(
          () => first.client.get(event),
          ({ status }) => status === 410,
        )
      ).status,
    ).toBe(410);
    await stop(first);
    expect(await filesWith(name)).toContain('database.db');

    await finishRedactions();
    const second = await started();
    expect(await second.client.get(event)).toMatchObject({ status: 410, body: { note: 'Taken down.' } });
    // The streams have what was deleted while no system ran. Their records are removed once they are processed.
    await second.client.send('POST', '/v1/events', { ...planted, id: 'after', data: { ...planted.data, ...harmless } });
    await eventually(
      () => second.client.get('/v1/timeline'),
      ({ body: { entries } }) => entries.length === 1,
    );
    await stop(second);
    await stop(await started());
    expect(await filesWith(name)).toEqual([]);
  },
  journeyLimitMs,
);
