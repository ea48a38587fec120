/**
 * What the owner of an endpoint reads about an attempt without a response. It never contains addresses or answers of
 * resolvers.
 */
const details = {
  blocked_address: 'The host is, or also is, at an address that is not open to the public.',
  connection_error: 'The connection failed, or ended before the answer was complete.',
  dns_error: 'The DNS lookup of the host failed.',
  invalid_answer: 'The answer is not valid HTTP.',
  invalid_url: 'Nothing may be sent to this URL.',
  refused: 'The connection was refused.',
  timeout: 'The exchange took longer than it may.',
  tls_error: 'The TLS connection could not be trusted. Check the certificate and its chain.',
} as const;

/** Why an attempt had no response. */
export type DeliveryErrorCategory = keyof typeof details;

/** A request had no response. The message can be shown to the owner of the endpoint. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly category: DeliveryErrorCategory;

  /** @param rule the rule of HTTP that the answer breaks, in words that do not come from the answer */
  constructor(category: DeliveryErrorCategory, rule?: string) {
    super(rule === undefined ? details[category] : `${details[category].replace(/\.$/, '')}: ${rule}.`);
    this.category = category;
  }
}
