import { pathsIn } from './data/data-folder.ts';
import type { FolderLock } from './data/folder-lock.ts';
import { lockFolder } from './data/folder-lock.ts';
import { announceSystem, findRunningSystem, withdrawSystem } from './data/running-system.ts';
import { openDatabase } from './engines/database.ts';
import { startQueueServer } from './engines/queues.ts';
import { startGatewayServer } from './gateway/gateway-server.ts';
import { LocalSystemError } from './local-system-error.ts';
import { runDeployments } from './run-deployments.ts';
import { openStreamPositions } from './sources/stream-positions.ts';
import { sourceFolders, synthesize } from './template/synthesize.ts';
import { watchSources } from './watch-sources.ts';

/** A command at work on the folder is soon done; a system stays. */
const lockPatienceMs = 3_000;

export interface LocalSystemOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly dataFolder: string;
  /** Runs the functions anew whenever their source changes. */
  readonly watch?: boolean;
  /** Takes lines for the terminal: what takes long, what was reloaded, and one for each error. */
  readonly log?: (line: string) => void;
  /** A stack that is synthesized already; the project's own is synthesized into the data folder otherwise. */
  readonly templateFolder?: string;
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
  /** Resolves when all that has been accepted so far has come out of the streams. */
  whenIdle(): Promise<void>;
  /** Ends everything that was started. */
  stop(): Promise<void>;
}

type Closers = (() => void | Promise<void>)[];

async function lockOrRefuse(dataFolder: string): Promise<FolderLock> {
  const lock = await lockFolder(dataFolder, lockPatienceMs);
  if (lock) return lock;
  const running = findRunningSystem(dataFolder);
  const holder = running ? ` (${running.pid}, at ${running.url})` : '';
  throw new LocalSystemError(
    `The data folder ${dataFolder} is in use by another process${holder}. Stop that one, or choose another folder with --data.`,
  );
}

/** Each step adds how to undo it, so that a failure half way leaves nothing behind. */
async function start(options: LocalSystemOptions, closers: Closers): Promise<LocalSystem> {
  const { dataFolder, log = () => {} } = options;
  const places = pathsIn(dataFolder);
  const server = await startGatewayServer(options.port);
  closers.push(() => server.stop());
  const lock = await lockOrRefuse(dataFolder);
  closers.push(() => lock.release());
  withdrawSystem(dataFolder);
  const folder = options.templateFolder ?? places.cloudAssembly;
  if (options.templateFolder === undefined) {
    log('Synthesizing the stack; this takes a few seconds …');
    await synthesize(folder);
  }
  const database = await openDatabase(places.database);
  closers.push(() => database.stop());
  const queues = await startQueueServer();
  closers.push(() => queues.stop());
  const ground = {
    url: server.url,
    endpoint: database.endpoint,
    streamsEndpoint: database.streamsEndpoint,
    queuesEndpoint: queues.endpoint,
    positions: openStreamPositions(places.positions),
    logFolder: places.logs,
    secretsFile: places.secrets,
    note: log,
  };
  const deployments = await runDeployments(ground, server, folder);
  closers.push(() => deployments.stop());
  // Once it runs, it first stops taking requests.
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
      log(`The database engine has ended (${reason || 'it was killed'}). Stop the system and start it again.`);
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
 * @throws LocalSystemError if something stands in the way: a taken port, a folder in use or damaged, a stack that cannot be
 *   synthesized or holds what cannot be run
 * @example
 * const system = await startLocalSystem({ port: 0, dataFolder: '.timeline' });
 * await fetch(`${system.url}/v1/timeline`);
 * await system.stop();
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
