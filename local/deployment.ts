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

/** How long invocations may take after their sources have stopped. */
const drainMs = 5_000;

/** The parts that deployments run on, and which outlive a deployment. */
export interface Platform extends Omit<SourceSettings, 'afterInvocation'> {
  /** Base address of the HTTP API. */
  readonly url: string;
  /** Base address of the DynamoDB API. */
  readonly endpoint: string;
  /** Base address of the CloudFront API. */
  readonly invalidationsEndpoint: string;
  readonly logFolder: string;
  /** The file with the values of the secrets. */
  readonly secretsFile: string;
  /** Loads the functions that are called most before their first call. */
  readonly warm: boolean;
}

/** A synthesized stack, ready to run. */
export interface Deployment {
  readonly api: HttpApi;
  readonly outputs: Readonly<Record<string, string>>;
  /** Starts to read streams and queues, and to follow schedules. */
  startSources(): Promise<void>;
  /**
   * Resolves when everything in streams and queues is processed, including everything that its processing adds to them.
   */
  whenIdle(): Promise<void>;
  /** Stops the sources. Functions still handle requests. */
  stopSources(): Promise<void>;
  stopFunctions(): Promise<void>;
}

function createFunctions(stack: Stack, platform: Platform): Map<string, LocalFunction> {
  const settings = {
    logFolder: platform.logFolder,
    note: platform.note,
    endpoints: {
      AWS_ENDPOINT_URL_DYNAMODB: platform.endpoint,
      AWS_ENDPOINT_URL_SQS: platform.queuesEndpoint,
      AWS_ENDPOINT_URL_CLOUDFRONT: platform.invalidationsEndpoint,
    },
  };
  return new Map(
    stack.resources(functionDefinition).map((resource) => {
      const codeFolder = stack.codeFolder(resource.properties.Code.S3Key);
      return [resource.logicalId, createLocalFunction(resource, { ...settings, codeFolder })];
    }),
  );
}

/** The outputs have an https address for the distribution, which has no TLS on the loopback interface. */
function withoutTls(outputs: Readonly<Record<string, string>>, url: string): Record<string, string> {
  const secure = url.replace(/^http:/, 'https:');
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, value.replace(secure, url)]));
}

async function warmInTurn(stack: Stack, functions: ReadonlyMap<string, LocalFunction>): Promise<void> {
  for (const logicalId of warmOrder(stack)) await functions.get(logicalId)?.warm();
}

/**
 * Sets up a synthesized stack: secrets, queues and tables that are missing, functions, routes.
 *
 * @param folder the output of `cdk synth`
 * @throws {LocalSystemError} when the stack has something that is not supported
 */
export async function deploy(folder: string, platform: Platform): Promise<Deployment> {
  const stack = openStack(await readCloudAssembly(folder));
  for (const { logicalId } of stack.resources(apiDefinition)) {
    stack.identify(logicalId, { ref: logicalId, attributes: { ApiEndpoint: platform.url, ApiId: logicalId } });
  }
  const { host } = new URL(platform.url);
  for (const logicalId of stack.logicalIds(distributionDefinition)) {
    stack.identify(logicalId, { ref: logicalId, attributes: { DomainName: host } });
  }
  createSecrets(stack, platform.secretsFile);
  await createQueues(stack, platform.queuesEndpoint);
  await createTables(stack, platform.endpoint);
  const functions = createFunctions(stack, platform);
  const sources: EventSource[] = [];
  const wakeSources = () => {
    for (const source of sources) source.wake();
  };

  return {
    api: createDistribution(stack, createHttpApi(stack, functions, wakeSources), host),
    outputs: withoutTls(stack.outputs(), platform.url),
    async startSources() {
      for await (const source of startSources(stack, functions, { ...platform, afterInvocation: wakeSources })) {
        sources.push(source);
      }
      // Not awaited, so that the first request waits for its own function only.
      if (platform.warm) warmInTurn(stack, functions).catch(() => {});
    },
    async whenIdle() {
      // One function may write records for another, so the system is idle only after a round without any invocation.
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
