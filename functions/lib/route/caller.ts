import type { Caller } from '../http/request.ts';
import type { GatewayEvent } from './gateway.ts';

const words = (text = ''): string[] => text.split(' ').filter((word) => word !== '');

/** The caller, if the authorizer named one. */
export function callerOf({ requestContext }: GatewayEvent): Caller | undefined {
  const context = requestContext.authorizer?.lambda;
  if (!context?.newsroom || !context.keyId) return undefined;
  const { newsroom, keyId } = context;
  return { newsroom, keyId, scopes: words(context.scopes), stories: words(context.stories) };
}
