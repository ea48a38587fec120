import { pathsIn } from './data/data-folder.ts';
import type { FolderLock } from './data/folder-lock.ts';
import { lockFolder } from './data/folder-lock.ts';
import { announceSystem, findRunningSystem, withdrawSystem } from './data/running-system.ts';
import { openDatabase } from './engines/database.ts';
import { startInvalidationServer } from './engines/invalidations.ts';
import { startQueueServer } from './engines/queues.ts';
import { startGatewayServer } from './gateway/gateway-server.ts';
import { LocalSystemError } from './local-system-error.ts';
import { runDeployments } from './run-deployments.ts';
import { openStreamPositions } from './sources/stream-positions.ts';
import { readCloudAssembly } from './template/cloud-assembly.ts';
import { eventSourceMappingDefinition } from './template/source-definitions.ts';
import { sourceFolders, synthesize } from './template/synthesize.ts';
import { watchSources } from './watch-sources.ts';

/** A command releases the folder soon. A running system does not, so waiting longer would not help. */
const lockWaitMs = 3_000;

export interface LocalSystemOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly dataFolder: string;
  /** Reloads functions when their source changes. */
  readonly watch?: boolean;
  /** Shows a line on the terminal, for slow steps, reloads and errors. */
  readonly log?: (line: string) => void;
  /** Loads the functions that are called most before their first call. Default true. */
  readonly warm?: boolean;
  /** A synthesized stack. Default: the stack of the project is synthesized into the data folder. */
  readonly templateFolder?: string;
  /**
   * How many times as often as they say schedules invoke their functions: what is due does not wait for minutes then.
   * Default 1.
   */
  readonly scheduleSpeed?: number;
}

export interface LocalSystem {
  /** Base address of the HTTP API. */
  readonly url: string;
  /** Base address of the DynamoDB API. */
  readonly endpoint: string;
  /** Base address of the SQS API. */
  readonly queuesEndpoint: string;
  /** Outputs of the stack. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Resolves when everything that has been accepted so far is processed. */
  whenIdle(): Promise<void>;
  /** Stops everything that was started. */
  stop(): Promise<void>;
}

type Closers = (() => void | Promise<void>)[];

async function lockOrRefuse(dataFolder: string): Promise<FolderLock> {
  const lock = await lockFolder(dataFolder, lockWaitMs);
  if (lock) return lock;
  const running = findRunningSystem(dataFolder);
  const holder = running ? ` (${running.pid}, at ${running.url})` : '';
  throw new LocalSystemError(
    `The data folder ${dataFolder} is in use by another process${holder}. Stop it, or choose another folder with --data.`,
  );
}

/** The logical ids of the mappings of streams. Those of queues have no starting position. */
async function streamMappingsIn(templateFolder: string): Promise<string[]> {
  const { template } = await readCloudAssembly(templateFolder);
  return Object.entries(template.Resources)
    .filter(([, { Type, Properties }]) => Type === eventSourceMappingDefinition.type && Properties?.StartingPosition)
    .map(([logicalId]) => logicalId);
}

/** Starts the parts in order. Each registers how to stop it, so that a failure leaves nothing running. */
async function start(options: LocalSystemOptions, closers: Closers): Promise<LocalSystem> {
  const { dataFolder, log = () => {} } = options;
  const paths = pathsIn(dataFolder);
  const server = await startGatewayServer(options.port);
  closers.push(() => server.stop());
  const lock = await lockOrRefuse(dataFolder);
  closers.push(() => lock.release());
  withdrawSystem(dataFolder);
  const folder = options.templateFolder ?? paths.cloudAssembly;
  if (options.templateFolder === undefined) await synthesize(folder, { log });
  const positions = openStreamPositions(paths.positions);
  const database = await openDatabase(paths.database, positions.processed(await streamMappingsIn(folder)));
  closers.push(() => database.stop());
  const queues = await startQueueServer();
  closers.push(() => queues.stop());
  const invalidations = await startInvalidationServer();
  closers.push(() => invalidations.stop());
  const platform = {
    url: server.url,
    endpoint: database.ownEndpoint,
    streamsEndpoint: database.streamsEndpoint,
    queuesEndpoint: queues.endpoint,
    traceOf: queues.traceOf,
    positions,
    invalidationsEndpoint: invalidations.endpoint,
    logFolder: paths.logs,
    secretsFile: paths.secrets,
    note: log,
    warm: options.warm ?? true,
    scheduleSpeed: options.scheduleSpeed,
  };
  const deployments = await runDeployments(platform, server, folder);
  closers.push(() => deployments.stop());
  // The server stops first, so that no more requests are accepted.
  closers.push(() => server.stop());
  const system = {
    url: server.url,
    endpoint: database.endpoint,
    queuesEndpoint: queues.endpoint,
    outputs: deployments.outputs(),
  };
  announceSystem(dataFolder, { pid: process.pid, ...system });
  closers.push(() => withdrawSystem(dataFolder));
  if (options.watch) {
    const watcher = watchSources({ sourceFolders, buildFolder: folder, synthesize, change: deployments.change, log });
    closers.push(() => watcher.stop());
  }
  let stopping: Promise<void> | undefined;
  database.ended.then((reason) => {
    if (!stopping)
      log(`The database engine has ended (${reason || 'it was killed'}). Press Ctrl-C and start the system again.`);
  });
  return {
    ...system,
    whenIdle: () => deployments.whenIdle(),
    stop() {
      stopping ??= closeAll(closers);
      return stopping;
    },
  };
}

async function closeAll(closers: Closers): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

/**
 * Runs the synthesized stack on this machine: its HTTP API, functions, tables, queues, event sources and schedules.
 *
 * @throws {LocalSystemError} when the port is taken, the folder is in use or damaged, or the stack cannot be
 *   synthesized or has something that is not supported
 * @example
 *   const system = await startLocalSystem({ port: 0, dataFolder: '.timeline' });
 *   await fetch(`${system.url}/v1/timeline`);
 *   await system.stop();
 */
export async function startLocalSystem(options: LocalSystemOptions): Promise<LocalSystem> {
  const closers: Closers = [];
  try {
    return await start(options, closers);
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}
