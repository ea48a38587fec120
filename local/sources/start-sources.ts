import type { LocalFunction } from '../functions/local-function.ts';
import { LocalSystemError } from '../local-system-error.ts';
import { accountId, region } from '../template/intrinsics.ts';
import { eventSourceMappingDefinition, ruleDefinition, scheduleDefinition } from '../template/source-definitions.ts';
import type { Stack } from '../template/stack.ts';
import { functionIdOf } from '../template/stack.ts';
import type { EventSource } from './event-source.ts';
import { startQueueSource } from './queue-source.ts';
import { startScheduleSource } from './schedule-source.ts';
import type { StreamPositions } from './stream-positions.ts';
import { startStreamSource } from './stream-source.ts';

export interface SourceSettings {
  readonly streamsEndpoint: string;
  readonly queuesEndpoint: string;
  /** The trace with which a message was sent. */
  readonly traceOf: (messageId: string) => string | undefined;
  readonly positions: StreamPositions;
  /** How many times as often as they say schedules invoke their functions. Default 1. */
  readonly scheduleSpeed?: number | undefined;
  /** Shows one line about an error on the terminal. */
  readonly note: (line: string) => void;
  /** Called after each invocation, since other sources may have new records. */
  readonly afterInvocation: () => void;
}

const isOfQueue = ({ EventSourceArn }: { readonly EventSourceArn: string }) => EventSourceArn.includes(':sqs:');

function schedulesOf(stack: Stack) {
  const rules = stack
    .resources(ruleDefinition)
    .flatMap(({ logicalId, properties }) =>
      properties.Targets.map((target) => ({ ...properties, target, path: `rule/${logicalId}` })),
    );
  const schedules = stack.resources(scheduleDefinition).map(({ logicalId, properties }) => ({
    ...properties,
    target: properties.Target,
    path: `schedule/default/${logicalId}`,
  }));
  return [...rules, ...schedules].filter(({ State }) => State === 'ENABLED');
}

/**
 * Starts the event sources of the stack, one after the other: streams, queues, schedules.
 *
 * @throws {LocalSystemError} when one of them is not supported
 */
export async function* startSources(
  stack: Stack,
  functions: ReadonlyMap<string, LocalFunction>,
  settings: SourceSettings,
): AsyncGenerator<EventSource> {
  function targetOf(reference: string): LocalFunction {
    const target = functions.get(functionIdOf(reference));
    if (!target)
      throw new LocalSystemError(`The template has no function "${reference}", which an event source should invoke.`);
    return target;
  }

  const mappings = stack.resources(eventSourceMappingDefinition).filter(({ properties }) => properties.Enabled);
  const ofStreams = mappings.filter(({ properties }) => !isOfQueue(properties));
  settings.positions.expect(
    ofStreams.map(({ logicalId, properties }) => ({ mapping: logicalId, streamArn: properties.EventSourceArn })),
  );
  for (const mapping of mappings) {
    const { FunctionName } = mapping.properties;
    const ownSettings = { ...settings, target: targetOf(FunctionName) };
    if (isOfQueue(mapping.properties)) yield startQueueSource(mapping, ownSettings);
    else yield await startStreamSource(mapping, ownSettings);
  }
  for (const { ScheduleExpression, target, path } of schedulesOf(stack)) {
    yield startScheduleSource({
      arn: `arn:aws:events:${region}:${accountId}:${path}`,
      expression: ScheduleExpression,
      input: target.Input,
      target: targetOf(target.Arn),
      afterInvocation: settings.afterInvocation,
      ...(settings.scheduleSpeed && { speed: settings.scheduleSpeed }),
    });
  }
}
