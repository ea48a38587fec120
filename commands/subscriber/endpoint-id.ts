import { InvalidArgumentError } from 'commander';

/** Reads the id of an endpoint. @throws {InvalidArgumentError} */
export function readEndpointId(text: string): string {
  if (/^wh_[a-z2-7]{26}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be the id of an endpoint, such as wh_te73c6vbre67e74ncy75l2s54c.');
}
