import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from './database.ts';
import type { LocalFunction } from './functions/local-function.ts';
import { createLocalFunction } from './functions/local-function.ts';
import type { HttpApi } from './gateway/http-api.ts';
import { createHttpApi } from './gateway/http-api.ts';
import { LocalProblem } from './problem.ts';
import { createQueues } from './queues.ts';
import type { EventSource } from './sources/event-source.ts';
import type { Positions } from './sources/positions.ts';
import { startQueueSource } from './sources/queue-source.ts';
import { startScheduleSource } from './sources/schedule-source.ts';
import { startStreamSource } from './sources/stream-source.ts';
import { createTables } from './tables.ts';
import { readCloudAssembly } from './template/cloud-assembly.ts';
import {
  apiDefinition,
  eventSourceMappingDefinition,
  functionDefinition,
  ruleDefinition,
  scheduleDefinition,
} from './template/definitions.ts';
import { accountId, region } from './template/intrinsics.ts';
import type { Stack } from './template/stack.ts';
import { functionIdOf, openStack } from './template/stack.ts';

/** Invocations under way get this long before they are cut off. */
const drainMs = 5_000;

/** What a deployment runs on, and what outlives it. */
export interface Ground {
  readonly url: string;
  readonly database: Pick<Database, 'endpoint' | 'streamsEndpoint'>;
  readonly queuesEndpoint: string;
  readonly positions: Positions;
  readonly logFolder: string;
  readonly log: (line: string) => void;
}

/** A synthesized stack, ready to run. */
export interface Deployment {
  readonly api: HttpApi;
  readonly outputs: Readonly<Record<string, string>>;
  /** Begins to follow streams, queues and schedules. */
  startSources(): Promise<void>;
  /** Resolves when nothing more follows from what is in the streams now. */
  settled(): Promise<void>;
  /** Ends the sources; the functions still answer. */
  stopSources(): Promise<void>;
  stopFunctions(): Promise<void>;
}

function createFunctions(stack: Stack, ground: Ground): Map<string, LocalFunction> {
  const settings = {
    logFolder: ground.logFolder,
    note: ground.log,
    endpoints: {
      AWS_ENDPOINT_URL_DYNAMODB: ground.database.endpoint,
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

async function warmInTurn(functions: Iterable<LocalFunction>): Promise<void> {
  for (const localFunction of functions) await localFunction.warm();
}

/**
 * Sets up a synthesized stack: tables and queues that are missing, functions, routes.
 *
 * @param folder what `cdk synth` wrote
 * @throws LocalProblem if the stack holds what cannot be run
 */
export async function deploy(folder: string, ground: Ground): Promise<Deployment> {
  const stack = openStack(await readCloudAssembly(folder));
  for (const { logicalId } of stack.resources(apiDefinition)) {
    stack.identify(logicalId, { ref: logicalId, attributes: { ApiEndpoint: ground.url, ApiId: logicalId } });
  }
  await createQueues(stack, ground.queuesEndpoint);
  await createTables(stack, ground.database.endpoint);
  const functions = createFunctions(stack, ground);
  const sources: EventSource[] = [];
  const wakeSources = () => {
    for (const source of sources) source.wake();
  };

  function targetOf(reference: string): LocalFunction {
    const target = functions.get(functionIdOf(reference));
    if (!target) throw new LocalProblem(`The template lacks the function "${reference}" that is to be called.`);
    return target;
  }

  async function startMappings(): Promise<void> {
    const shared = { queuesEndpoint: ground.queuesEndpoint, note: ground.log, afterInvocation: wakeSources };
    for (const resource of stack.resources(eventSourceMappingDefinition)) {
      const { EventSourceArn, FunctionName, Enabled } = resource.properties;
      const settings = { ...shared, target: targetOf(FunctionName) };
      if (!Enabled) continue;
      if (EventSourceArn.includes(':sqs:')) sources.push(startQueueSource(resource, settings));
      else {
        const { positions, database } = ground;
        sources.push(
          await startStreamSource(resource, { ...settings, positions, streamsEndpoint: database.streamsEndpoint }),
        );
      }
    }
  }

  function startSchedules(): void {
    const rules = stack
      .resources(ruleDefinition)
      .flatMap(({ logicalId, properties }) =>
        properties.Targets.map((target) => ({ ...properties, ...target, arn: `rule/${logicalId}` })),
      );
    const schedules = stack.resources(scheduleDefinition).map(({ logicalId, properties }) => ({
      ...properties,
      ...properties.Target,
      arn: `schedule/default/${logicalId}`,
    }));
    for (const { State, ScheduleExpression, Arn, Input, arn } of [...rules, ...schedules]) {
      if (State === 'DISABLED') continue;
      const schedule = { arn: `arn:aws:events:${region}:${accountId}:${arn}`, expression: ScheduleExpression };
      sources.push(
        startScheduleSource({ ...schedule, input: Input, target: targetOf(Arn), afterInvocation: wakeSources }),
      );
    }
  }

  return {
    api: createHttpApi(stack, functions, wakeSources),
    outputs: stack.outputs(),
    async startSources() {
      await startMappings();
      startSchedules();
      // Not waited for: whoever comes first waits for no more than the function that is asked.
      warmInTurn(functions.values()).catch(() => {});
    },
    async settled() {
      for (let before = -1, now = -2; now !== before; ) {
        before = now;
        now = 0;
        for (const source of sources) now += await source.settled();
      }
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
