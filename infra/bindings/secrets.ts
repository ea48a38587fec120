import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { GeneratedSecret } from './generated-secret.ts';

/** Those that write cursors or read them. */
const withCursors = [
  'read-timeline',
  'read-counts',
  'read-corrections',
  'list-stories',
  'list-endpoints',
  'list-deliveries',
];

export interface SecretsOptions {
  /** The functions that answer the routes, by the name of their file. */
  readonly routed: Readonly<Record<string, LambdaFunction>>;
  /** What answers where no route does. */
  readonly unrouted: LambdaFunction;
}

/** What the stack makes up for itself, and who gets to know it. */
export class Secrets extends Construct {
  /** What only the distribution before the API sends: the functions refuse every request without it. */
  readonly origin: GeneratedSecret;

  constructor(scope: Construct, id: string, { routed, unrouted }: SecretsOptions) {
    super(scope, id);
    this.origin = new GeneratedSecret(this, 'Origin', {
      description: 'Tells the functions that a request came through the distribution',
      variable: 'ORIGIN_SECRET',
    });
    this.origin.bindTo([...Object.values(routed), unrouted]);
    const cursor = new GeneratedSecret(this, 'Cursor', {
      description: 'Authenticates cursors (HMAC-SHA256)',
      variable: 'CURSOR_SECRET',
    });
    const walked = withCursors.map((name) => {
      const handler = routed[name];
      if (!handler) throw new Error(`There is no function ${name} to give out cursors`);
      return handler;
    });
    cursor.bindTo(walked);
  }
}
