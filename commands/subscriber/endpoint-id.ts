import { InvalidArgumentError } from 'commander';
import { endpointIdPattern } from '../../events/webhooks/webhook-endpoint.ts';

/** Reads the id of an endpoint. @throws {InvalidArgumentError} */
export function readEndpointId(text: string): string {
  if (endpointIdPattern.test(text)) return text;
  throw new InvalidArgumentError('It must be the id of an endpoint, such as wh_te73c6vbre67e74ncy75l2s54c.');
}
