import { functionDefinition } from './template/function-definition.ts';
import { authorizerDefinition } from './template/http-definitions.ts';
import { eventSourceMappingDefinition, ruleDefinition, scheduleDefinition } from './template/source-definitions.ts';
import { functionIdOf, type Stack } from './template/stack.ts';

/**
 * Loading a function takes a tenth of a second of CPU time and about 30 MB. Functions that are rarely called are loaded
 * at their first call.
 */
const warmedFunctions = 20;

/**
 * The functions to load before their first call, by logical id: the authorizer and those that event sources invoke,
 * then others in the order of the template.
 */
export function warmOrder(stack: Stack): string[] {
  const references = [
    ...stack.resources(authorizerDefinition).map(({ properties }) => properties.AuthorizerUri),
    ...stack.resources(eventSourceMappingDefinition).map(({ properties }) => properties.FunctionName),
    ...stack.resources(ruleDefinition).flatMap(({ properties }) => properties.Targets.map(({ Arn }) => Arn)),
    ...stack.resources(scheduleDefinition).map(({ properties }) => properties.Target.Arn),
  ];
  const first = references.map(functionIdOf);
  return [...new Set([...first, ...stack.logicalIds(functionDefinition)])].slice(0, warmedFunctions);
}
