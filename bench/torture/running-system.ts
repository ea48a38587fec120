import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Engine, startEngine } from '../../local/engines/engine.ts';
import { synthesize } from '../../local/template/synthesize.ts';
import { type Program, startProgram } from '../../test/journeys/support/program.ts';
import type { Chance } from '../../test/support/models/chance.ts';
import { fastFolder } from '../../test/support/run/fast-folder.ts';
import { alteredStack, type Resources } from '../../test/support/stack/altered-stack.ts';
import type { Act } from './faults/bugs.ts';
import { type DatabaseProxy, startDatabaseProxy } from './faults/database-proxy.ts';
import { type QueueProxy, startQueueProxy } from './faults/queue-proxy.ts';

/** How functions behave: how many of their invocations die, and how far their clocks are off, in milliseconds. */
export interface FunctionWeather {
  readonly deaths: number;
  readonly clockMs: number;
  readonly aheadMs: number;
}

/** The whole system on this machine, with a proxy before each engine. */
export interface RunningSystem {
  readonly url: string;
  readonly key: string;
  readonly dataFolder: string;
  readonly database: DatabaseProxy;
  readonly queues: QueueProxy;
  /** How often the runtime and the engine were killed. */
  readonly kills: { runtime: number; engine: number };
  setFunctions(weather: FunctionWeather): Promise<void>;
  /**
   * `kill -9` of the runtime with all its functions and queues, and another one at the same address.
   *
   * @param scheduleSpeed how many times as often as they say its schedules invoke their functions. Default 1
   */
  killRuntime(scheduleSpeed?: number): Promise<void>;
  /** `kill -9` of the engine, and another one on the same file. */
  killEngine(): Promise<void>;
  stop(): Promise<void>;
}

const calm: FunctionWeather = { deaths: 0, clockMs: 0, aheadMs: 0 };
const program = join(import.meta.dirname, '..', '..', 'test', 'journeys', 'support', 'run-system.ts');
const compiledModules = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'timeline-modules');
const account = '000000000000';
const neededBytes = 4_000_000_000;

/** Lets functions load what lets them die, and send wakes to the proxy. */
const tortured = (control: string, queues: string) => (resources: Resources) => {
  const preload = new URL(pathToFileURL(join(import.meta.dirname, 'faults', 'in-function.mjs')));
  preload.searchParams.set('control', control);
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const { Variables } = Properties.Environment;
    Variables.NODE_OPTIONS = `--import ${preload.href}`;
    for (const [name, value] of Object.entries<{ Ref?: string }>(Variables)) {
      if (name.endsWith('_QUEUE_URL') && value.Ref?.startsWith('Wakes'))
        Variables[name] = `${queues}/${account}/${value.Ref}.fifo`;
    }
  }
};

/**
 * Starts the system with nothing in it. All its processes end with this one.
 *
 * @param luck decides over the faults
 * @param bugs what is done wrong on purpose
 */
export async function startRunningSystem(luck: Chance, bugs: readonly Act[]): Promise<RunningSystem> {
  const folder = await mkdtemp(join(await fastFolder(neededBytes), 'timeline-torture-'));
  const at = (name: string) => join(folder, name);
  const [dataFolder, control, file] = [at('data'), at('control.json'), at('engine.db')];
  const [database, queues] = await Promise.all([startDatabaseProxy(luck, bugs), startQueueProxy(luck)]);
  let engine: Engine;
  let runtime: Program;

  async function startRuntime(port: string, scheduleSpeed: number) {
    const settings = ['--port', port, '--data', dataFolder, '--stack', at('stack')];
    const commandLine = [program, ...settings, '--schedule-speed', String(scheduleSpeed)];
    const environment = {
      TZ: 'UTC',
      NODE_COMPILE_CACHE: compiledModules,
      AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB_STREAMS: database.endpoint,
    };
    database.weather.isHeld = true;
    runtime = startProgram(process.execPath, commandLine, { endsWithThis: true, environment });
    const [said] = await runtime.said(/^\{.*\}\n/m);
    database.weather.isHeld = false;
    const { url, key, queuesEndpoint } = JSON.parse(said) as { url: string; key: string; queuesEndpoint: string };
    queues.aim(queuesEndpoint);
    return { url, key };
  }

  async function startEngineOnFile(): Promise<void> {
    engine = await startEngine({ file });
    database.aim(engine.endpoint);
  }

  await synthesize(at('synthesized'));
  await Promise.all([mkdir(at('stack')), mkdir(dataFolder), writeFile(control, JSON.stringify(calm))]);
  await alteredStack(at('stack'), at('synthesized'), tortured(control, queues.endpoint));
  await startEngineOnFile();
  const { url, key } = await startRuntime('0', 1);
  const kills = { runtime: 0, engine: 0 };

  return {
    url,
    key,
    dataFolder,
    database,
    queues,
    kills,
    setFunctions: (weather) => writeFile(control, JSON.stringify(weather)),
    async killRuntime(scheduleSpeed = 1) {
      kills.runtime++;
      runtime.kill('SIGKILL');
      await runtime.ended;
      await startRuntime(new URL(url).port, scheduleSpeed);
    },
    async killEngine() {
      kills.engine++;
      process.kill(engine.pid, 'SIGKILL');
      await engine.ended;
      await engine.stop();
      await startEngineOnFile();
    },
    async stop() {
      runtime.kill('SIGKILL');
      await runtime.ended;
      await engine.stop();
      await Promise.all([database.stop(), queues.stop()]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
