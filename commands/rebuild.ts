import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { RebuildOptions, Rebuilt } from '../functions/lib/rebuild/rebuild.ts';
import { withLocalDatabase } from '../local/data/data-folder.ts';
import { findRunningSystem } from '../local/data/running-system.ts';
import { localAccount } from '../local/engines/account.ts';
import { LocalProblem } from '../local/problem.ts';

const usage = `Usage: npm run rebuild [-- --data .timeline | --event-log NAME --timelines NAME] [--accept-differences] [--anew] [--grace 70]

Rebuilds the timelines from the log beside those in use, compares both, and switches to the new ones. Reads and writes go on.
Run it from the release that is deployed. Interrupted, it goes on where it was when it is run again.

  --accept-differences  Switch although readers will see a difference. Without it, differences are listed and nothing is
                        switched; but if the timelines in use are damaged, or made by an earlier release, they are what
                        is wrong, and the difference is what the rebuild is for.
  --anew                Begin again from nothing: after a new release, what an interrupted rebuild has done is out of date.
  --grace SECONDS       How long the old timelines stay after the switch, for those who still read them.`;

/** The rebuilt timelines are in place; they differ and are not; it could not be done. */
const exitCodes = { switched: 0, differs: 1, failed: 2 };

const progressEveryMs = 1_000;

function fail(message: string): never {
  console.error(message);
  process.exit(exitCodes.failed);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        data: { type: 'string' },
        'event-log': { type: 'string' },
        timelines: { type: 'string' },
        'accept-differences': { type: 'boolean', default: false },
        anew: { type: 'boolean', default: false },
        grace: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const { data, 'event-log': eventLog, timelines, grace, anew } = values;
    if (data === '') fail(`--data takes a folder.\n\n${usage}`);
    if ((eventLog === undefined) !== (timelines === undefined)) fail(`Name both tables.\n\n${usage}`);
    if (data !== undefined && eventLog !== undefined) fail(`Name a folder or the tables, not both.\n\n${usage}`);
    if (grace !== undefined && !/^\d{1,4}$/.test(grace)) fail(`--grace takes seconds.\n\n${usage}`);
    return {
      help: values.help,
      data: resolve(data ?? '.timeline'),
      deployed: eventLog && timelines ? { eventLog, timelines } : null,
      options: {
        acceptDifferences: values['accept-differences'],
        anew,
        ...(grace !== undefined && { graceMs: Number(grace) * 1_000 }),
      },
    };
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${usage}`);
  }
}

/** Tells of each step when it begins, and then once a second. */
function progressOn(print: (line: string) => void): NonNullable<RebuildOptions['onProgress']> {
  let last = { step: '', at: 0 };
  return (step, done, total) => {
    if (step === last.step && Date.now() - last.at < progressEveryMs) return;
    last = { step, at: Date.now() };
    print(total === undefined ? `${step} ${done}` : `${step} ${done} of ${total}`);
  };
}

function sentenceOf({ outcome, position, parked, differences, removed }: Rebuilt): string {
  const aside = parked.length > 0 ? ` Put aside: position ${parked.join(', ')}.` : '';
  const count = differences?.count ?? 0;
  switch (outcome) {
    case 'differs':
      return `Not switched: ${count} differences at position ${position}. See --accept-differences in --help.${aside}`;
    case 'cleared':
      return `Ended a rebuild that was interrupted: ${removed} old items removed. Run it again for another one.${aside}`;
    case 'switched':
      return `Switched to the rebuilt timelines at position ${position}; ${count} differences; ${removed} old items removed.${aside}`;
  }
}

async function rebuild(eventLog: string, timelines: string, options: RebuildOptions): Promise<void> {
  // The modules of the functions read their environment when they are loaded. Their log and metrics are not for a terminal.
  Object.assign(process.env, {
    EVENT_LOG_TABLE: eventLog,
    TIMELINES_TABLE: timelines,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
  const module = await import('../functions/lib/rebuild/rebuild.ts');
  const rebuilt = await module.rebuild({ ...options, onProgress: progressOn(console.error) });
  for (const example of rebuilt.differences?.examples ?? []) console.error(example);
  console.log(sentenceOf(rebuilt));
  process.exitCode = rebuilt.outcome === 'differs' ? exitCodes.differs : exitCodes.switched;
}

const { help, data, deployed, options } = readArguments();
try {
  if (help) console.log(usage);
  else if (deployed) await rebuild(deployed.eventLog, deployed.timelines, options);
  else {
    await withLocalDatabase(data, async ({ endpoint, outputs }) => {
      Object.assign(process.env, {
        AWS_ENDPOINT_URL_DYNAMODB: endpoint,
        AWS_REGION: localAccount.region,
        AWS_ACCESS_KEY_ID: localAccount.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: localAccount.credentials.secretAccessKey,
      });
      // Where no system runs, nobody is reading.
      const grace = findRunningSystem(data) ? {} : { graceMs: 0 };
      await rebuild(outputs.EventLogTable as string, outputs.TimelinesTable as string, { ...grace, ...options });
    });
  }
} catch (error) {
  const { name, message } = error as Error;
  fail(error instanceof LocalProblem ? message : `The rebuild stopped: ${name}: ${message}`);
}
