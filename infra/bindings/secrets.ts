import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { GeneratedSecret } from './generated-secret.ts';

/** The functions that write and read cursors. */
const cursorFunctions = [
  'read-timeline',
  'read-counts',
  'read-facets',
  'read-corrections',
  'read-held-events',
  'list-stories',
  'read-stories-page',
  'read-story-page',
  'read-corrections-page',
  'read-endpoints',
  'read-deliveries',
];

export interface SecretsOptions {
  /** The functions that answer the routes, by the name of their file. */
  readonly routed: Readonly<Record<string, LambdaFunction>>;
  /** The function that answers requests without a route. */
  readonly unrouted: LambdaFunction;
}

/** The secrets that the stack generates, in the environment of the functions that use them. */
export class Secrets extends Construct {
  /** Only the distribution sends it. The functions reject every request without it. */
  readonly origin: GeneratedSecret;

  constructor(scope: Construct, id: string, { routed, unrouted }: SecretsOptions) {
    super(scope, id);
    this.origin = new GeneratedSecret(this, 'Origin', {
      description: 'Proves to the functions that a request came through the distribution',
      variable: 'ORIGIN_SECRET',
    });
    this.origin.bindTo([...Object.values(routed), unrouted]);
    const cursor = new GeneratedSecret(this, 'Cursor', {
      description: 'Authenticates cursors (HMAC-SHA256)',
      variable: 'CURSOR_SECRET',
    });
    const handlers = cursorFunctions.map((name) => {
      const handler = routed[name];
      if (!handler) throw new Error(`The function ${name} needs the cursor secret, but no route has this function.`);
      return handler;
    });
    cursor.bindTo(handlers);
  }
}
