import type { Deployment, Platform } from './deployment.ts';
import { deploy } from './deployment.ts';
import type { GatewayServer } from './gateway/gateway-server.ts';

export interface Deployments {
  /** The outputs of the running stack. */
  outputs(): Readonly<Record<string, string>>;
  /** Resolves when everything that has been accepted so far is processed. */
  whenIdle(): Promise<void>;
  /** Runs another synthesized folder instead. If that cannot run, the current one keeps running. */
  change(folder: string): Promise<void>;
  stop(): Promise<void>;
}

async function startSources(deployment: Deployment): Promise<void> {
  try {
    await deployment.startSources();
  } catch (error) {
    await deployment.stopSources();
    await deployment.stopFunctions();
    throw error;
  }
}

/** Runs one deployment at a time behind a server, and can switch to another between two requests. */
export async function runDeployments(
  ground: Platform,
  server: GatewayServer,
  firstFolder: string,
): Promise<Deployments> {
  let current = await deploy(firstFolder, ground);
  await startSources(current);
  server.serve((request) => current.api(request));
  return {
    outputs: () => current.outputs,
    whenIdle: () => current.whenIdle(),
    async change(folder: string): Promise<void> {
      const next = await deploy(folder, ground);
      const previous = current;
      // Two deployments must not read the same stream.
      await previous.stopSources();
      try {
        await startSources(next);
      } catch (error) {
        await previous.startSources();
        throw error;
      }
      current = next;
      await previous.stopFunctions();
    },
    async stop(): Promise<void> {
      await current.stopSources();
      await current.stopFunctions();
    },
  };
}
