import type { Chance } from '../../../test/support/models/chance.ts';
import type { Fate } from '../../../test/support/world/database-call.ts';
import type { RunningSystem } from '../running-system.ts';

/** How receivers behave: the share of their answers that fail. */
export interface ReceiverWeather {
  failing: number;
}

/** What the weather changes. */
export interface Sky {
  readonly system: RunningSystem;
  readonly receivers: ReceiverWeather;
}

type Kind = (sky: Sky) => Promise<void> | void;

const share = 0.08;

const database =
  (...fates: readonly Fate[]): Kind =>
  ({ system }) => {
    const { weather } = system.database;
    weather.share = share;
    weather.fates = [...weather.fates, ...fates];
  };

/** The faults, each of which comes alone or with others. */
export const faults: Readonly<Record<string, Kind>> = {
  throttling: database(
    { isDone: false, answer: 'ThrottlingException' },
    { isDone: false, answer: 'ProvisionedThroughputExceededException' },
    { isDone: false, answer: 'TransactionCanceledException' },
  ),
  resets: database({ isDone: false, answer: 'cut' }, { isDone: true, answer: 'cut' }),
  delays: database({ delayMs: 150 }, { delayMs: 600 }, { delayMs: 2_500 }),
  'errors before and after': database(
    { isDone: false, answer: 'InternalServerError' },
    { isDone: true, answer: 'InternalServerError' },
    { isDone: true, answer: 'ServiceUnavailable' },
  ),
  'broken answers': database({ answer: 'truncated' }, { answer: 'html' }, { answer: 'unprocessed' }),
  'stale replicas': ({ system }) => {
    system.database.weather.stale = 0.4;
  },
  'half-visible transactions': ({ system }) => {
    system.database.weather.halfVisible = 0.4;
  },
  'streams again, split and out of order': ({ system }) => {
    Object.assign(system.database.streams, { redelivered: 0.3, heldUp: 0.6, split: 0.3 });
  },
  'messages lost and doubled': ({ system }) => {
    Object.assign(system.queues.weather, { lost: 0.3, doubled: 0.3 });
  },
  'clocks that jump': ({ system }) => system.setFunctions({ deaths: 0, clockMs: 800, aheadMs: 0 }),
  'functions that die': ({ system }) => system.setFunctions({ deaths: 0.04, clockMs: 0, aheadMs: 0 }),
  'receivers that fail': ({ receivers }) => {
    receivers.failing = 0.3;
  },
  'kill -9 of the runtime': ({ system }) => system.killRuntime(),
  'kill -9 of the engine': ({ system }) => system.killEngine(),
};

/** Ends all faults. @param aheadMs by how much the clocks of all functions are ahead from now on */
export async function calmDown({ system, receivers }: Sky, aheadMs = 0): Promise<void> {
  Object.assign(system.database.weather, { share: 0, fates: [], stale: 0, halfVisible: 0 });
  Object.assign(system.database.streams, { redelivered: 0, heldUp: 0, split: 0 });
  Object.assign(system.queues.weather, { lost: 0, doubled: 0 });
  receivers.failing = 0;
  await system.setFunctions({ deaths: 0, clockMs: 0, aheadMs });
}

/** The names of all faults. */
export const allFaults: readonly string[] = Object.keys(faults);

/** The next faults: one to three kinds. */
export function nextFaults(luck: Chance, names: readonly string[]): string[] {
  return [...new Set(Array.from({ length: 1 + luck.below(3) }, () => luck.of(names)))];
}
