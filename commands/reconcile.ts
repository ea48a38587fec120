import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withLocalDatabase } from '../local/data/data-folder.ts';
import { localAccount } from '../local/engines/account.ts';
import { LocalProblem } from '../local/problem.ts';

const usage = 'npm run reconcile [-- --data .timeline | --event-log NAME --timelines NAME]';

/** Nothing is left to mend; something is; it could not be tried. */
const exitCodes = { whole: 0, left: 1, failed: 2 };

function fail(message: string): never {
  console.error(message);
  process.exit(exitCodes.failed);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        data: { type: 'string', default: '.timeline' },
        'event-log': { type: 'string' },
        timelines: { type: 'string' },
      },
    });
    const { data, 'event-log': eventLog, timelines } = values;
    if (data === '') fail(`--data takes a folder. Usage: ${usage}`);
    if ((eventLog === undefined) !== (timelines === undefined)) fail(`Name both tables. Usage: ${usage}`);
    return { data: resolve(data), deployed: eventLog && timelines ? { eventLog, timelines } : null };
  } catch (error) {
    return fail(`${(error as Error).message} Usage: ${usage}`);
  }
}

/** Sequences what has no place in the record, projects what is not in the timelines, and lists what stays out. */
async function reconcile(eventLog: string, timelines: string): Promise<void> {
  // The modules of the functions read their environment when they are loaded. Their log and metrics are not for a terminal.
  Object.assign(process.env, {
    EVENT_LOG_TABLE: eventLog,
    TIMELINES_TABLE: timelines,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
  const { feedHead } = await import('../functions/lib/event-log/feed.ts');
  const { unsequencedEvents } = await import('../functions/lib/event-log/unsequenced.ts');
  const { follow } = await import('../functions/lib/event-log/follower.ts');
  const { projector } = await import('../functions/lib/project/projector.ts');
  const { reproject } = await import('../functions/lib/project/reproject.ts');
  const { sequence } = await import('../functions/lib/sequence/sequencer.ts');
  const { readCheckpoint } = await import('../functions/lib/timelines/read-timelines.ts');
  let sequenced = 0;
  const left: string[] = [];
  for await (const eventId of unsequencedEvents()) {
    const { entries, failures } = await sequence([eventId]);
    sequenced += entries.length;
    left.push(...failures.map(({ reason }) => `event ${eventId} cannot be sequenced: ${(reason as Error).message}`));
  }
  await follow(
    projector(async () => {}),
    () => Number.POSITIVE_INFINITY,
  );
  for (const parked of (await readCheckpoint()).parked) {
    await reproject(parked).catch((error: Error) => {
      left.push(`position ${parked} is in the feed, but cannot be projected: ${error.message}`);
    });
  }
  const [head, { position }] = await Promise.all([feedHead(), readCheckpoint()]);
  console.log(`Revisions sequenced: ${sequenced}. Timelines at position ${position} of ${head.position}.`);
  for (const line of left) console.log(line);
  process.exitCode = left.length > 0 || position < head.position ? exitCodes.left : exitCodes.whole;
}

const { data, deployed } = readArguments();
try {
  if (deployed) await reconcile(deployed.eventLog, deployed.timelines);
  else {
    await withLocalDatabase(data, async ({ endpoint, outputs }) => {
      Object.assign(process.env, {
        AWS_ENDPOINT_URL_DYNAMODB: endpoint,
        AWS_REGION: localAccount.region,
        AWS_ACCESS_KEY_ID: localAccount.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: localAccount.credentials.secretAccessKey,
      });
      await reconcile(outputs.EventLogTable as string, outputs.TimelinesTable as string);
    });
  }
} catch (error) {
  const { name, message } = error as Error;
  fail(error instanceof LocalProblem ? message : `Reconciling stopped: ${name}: ${message}`);
}
