import { functionDefinition } from './template/function-definition.ts';
import { authorizerDefinition } from './template/http-definitions.ts';
import { eventSourceMappingDefinition, ruleDefinition, scheduleDefinition } from './template/source-definitions.ts';
import { functionIdOf, type Stack } from './template/stack.ts';

/** Each takes a good part of a second of a core and some 30 MB; what is asked for rarely can be loaded when it is asked for. */
const functionsWarmed = 20;

/**
 * The functions to load before anybody asks for them, by logical id: those that sources call and requests pass, then others as the
 * template has them.
 */
export function warmOrder(stack: Stack): string[] {
  const references = [
    ...stack.resources(authorizerDefinition).map(({ properties }) => properties.AuthorizerUri),
    ...stack.resources(eventSourceMappingDefinition).map(({ properties }) => properties.FunctionName),
    ...stack.resources(ruleDefinition).flatMap(({ properties }) => properties.Targets.map(({ Arn }) => Arn)),
    ...stack.resources(scheduleDefinition).map(({ properties }) => properties.Target.Arn),
  ];
  const first = references.map(functionIdOf);
  return [...new Set([...first, ...stack.logicalIds(functionDefinition)])].slice(0, functionsWarmed);
}
