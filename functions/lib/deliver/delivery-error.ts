/** What the owner of an endpoint is told of an exchange that brought no answer. Addresses and answers of resolvers are never in it. */
const details = {
  blocked_address: 'The host is, or also is, at an address that is not open to the public.',
  connection_error: 'The connection failed, or ended before the answer was complete.',
  dns_error: 'The DNS lookup of the host failed.',
  invalid_answer: 'The answer is not valid HTTP, or its headers are too large.',
  invalid_url: 'Nothing may be sent to this URL.',
  refused: 'The connection was refused.',
  timeout: 'The exchange took longer than it may.',
  tls_error: 'The TLS connection could not be trusted. Check the certificate and its chain.',
} as const;

/** By what an exchange that brought no answer is told from others. */
export type DeliveryErrorCategory = keyof typeof details;

/** An exchange brought no answer. Its message can be shown to the owner of the endpoint. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly category: DeliveryErrorCategory;

  constructor(category: DeliveryErrorCategory) {
    super(details[category]);
    this.category = category;
  }
}
