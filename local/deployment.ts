import { setTimeout as delay } from 'node:timers/promises';
import { createQueues } from './engines/queues.ts';
import { createSecrets } from './engines/secrets.ts';
import { createTables } from './engines/tables.ts';
import type { LocalFunction } from './functions/local-function.ts';
import { createLocalFunction } from './functions/local-function.ts';
import { createDistribution } from './gateway/distribution.ts';
import type { HttpApi } from './gateway/http-api.ts';
import { createHttpApi } from './gateway/http-api.ts';
import type { EventSource } from './sources/event-source.ts';
import type { SourceSettings } from './sources/start-sources.ts';
import { startSources } from './sources/start-sources.ts';
import { readCloudAssembly } from './template/cloud-assembly.ts';
import { distributionDefinition } from './template/edge-definitions.ts';
import { functionDefinition } from './template/function-definition.ts';
import { apiDefinition } from './template/http-definitions.ts';
import type { Stack } from './template/stack.ts';
import { openStack } from './template/stack.ts';
import { warmOrder } from './warm-order.ts';

/** Invocations under way get this long before they are cut off. */
const drainMs = 5_000;

/** What a deployment runs on, and what outlives it. */
export interface Platform extends Omit<SourceSettings, 'afterInvocation'> {
  /** Base address of the HTTP API. */
  readonly url: string;
  /** Base address of the DynamoDB API. */
  readonly endpoint: string;
  readonly logFolder: string;
  /** Keeps what the secrets of the stack hold. */
  readonly secretsFile: string;
}

/** A synthesized stack, ready to run. */
export interface Deployment {
  readonly api: HttpApi;
  readonly outputs: Readonly<Record<string, string>>;
  /** Begins to follow streams, queues and schedules. */
  startSources(): Promise<void>;
  /** Resolves when nothing more follows from what is in the streams now. */
  whenIdle(): Promise<void>;
  /** Ends the sources; the functions still answer. */
  stopSources(): Promise<void>;
  stopFunctions(): Promise<void>;
}

function createFunctions(stack: Stack, ground: Platform): Map<string, LocalFunction> {
  const settings = {
    logFolder: ground.logFolder,
    note: ground.note,
    endpoints: {
      AWS_ENDPOINT_URL_DYNAMODB: ground.endpoint,
      AWS_ENDPOINT_URL_SQS: ground.queuesEndpoint,
    },
  };
  return new Map(
    stack.resources(functionDefinition).map((resource) => {
      const codeFolder = stack.codeFolder(resource.properties.Code.S3Key);
      return [resource.logicalId, createLocalFunction(resource, { ...settings, codeFolder })];
    }),
  );
}

/** A distribution is always reached by TLS; what stands for it on the loopback has none. */
function withoutTls(outputs: Readonly<Record<string, string>>, url: string): Record<string, string> {
  const secure = url.replace(/^http:/, 'https:');
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, value.replace(secure, url)]));
}

async function warmInTurn(stack: Stack, functions: ReadonlyMap<string, LocalFunction>): Promise<void> {
  for (const logicalId of warmOrder(stack)) await functions.get(logicalId)?.warm();
}

/**
 * Sets up a synthesized stack: tables and queues that are missing, functions, routes.
 *
 * @param folder what `cdk synth` wrote
 * @throws LocalSystemError if the stack holds what cannot be run
 */
export async function deploy(folder: string, ground: Platform): Promise<Deployment> {
  const stack = openStack(await readCloudAssembly(folder));
  for (const { logicalId } of stack.resources(apiDefinition)) {
    stack.identify(logicalId, { ref: logicalId, attributes: { ApiEndpoint: ground.url, ApiId: logicalId } });
  }
  const { host } = new URL(ground.url);
  for (const logicalId of stack.logicalIds(distributionDefinition)) {
    stack.identify(logicalId, { ref: logicalId, attributes: { DomainName: host } });
  }
  createSecrets(stack, ground.secretsFile);
  await createQueues(stack, ground.queuesEndpoint);
  await createTables(stack, ground.endpoint);
  const functions = createFunctions(stack, ground);
  const sources: EventSource[] = [];
  const wakeSources = () => {
    for (const source of sources) source.wake();
  };

  return {
    api: createDistribution(stack, createHttpApi(stack, functions, wakeSources), host),
    outputs: withoutTls(stack.outputs(), ground.url),
    async startSources() {
      for await (const source of startSources(stack, functions, { ...ground, afterInvocation: wakeSources })) {
        sources.push(source);
      }
      // Not waited for: whoever comes first waits for no more than the function that is asked.
      warmInTurn(stack, functions).catch(() => {});
    },
    async whenIdle() {
      // What one function writes may be for another: settled is what stays so for a whole round.
      let before: number;
      let invocations = -1;
      do {
        before = invocations;
        invocations = 0;
        for (const source of sources) invocations += await source.whenIdle();
      } while (invocations !== before);
    },
    async stopSources() {
      const stopped = Promise.all(sources.splice(0).map((source) => source.stop()));
      const late = new AbortController();
      await Promise.race([stopped, delay(drainMs, undefined, { signal: late.signal }).catch(() => {})]);
      late.abort();
    },
    async stopFunctions() {
      await Promise.all([...functions.values()].map((localFunction) => localFunction.stop()));
    },
  };
}
