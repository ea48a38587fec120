import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type PlainConnections, plainConnections } from './plain-connections.ts';

/** The engine takes its database from the key and the region, and believes any signature. */
const believed = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20200101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
  'x-amz-date': '20200101T000000Z',
};

/**
 * Lets a client neither sign what it sends nor name itself: both prove nothing here, and are half of what a call costs.
 */
export function leaveUnsigned(client: DynamoDBClient): DynamoDBClient {
  const { middlewareStack } = client;
  for (const name of ['loggerMiddleware', 'getUserAgentMiddleware', 'httpSigningMiddleware'])
    middlewareStack.remove(name);
  middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: Record<string, string> }).headers, believed);
      return next(args);
    },
    { step: 'finalizeRequest', name: 'believed', override: true },
  );
  return client;
}

interface Request {
  readonly hostname: string;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * Lets a client of an engine without faults send its calls unsigned, over plain sockets. Nothing ends a call that takes
 * long.
 */
export function speakPlainly(client: DynamoDBClient): DynamoDBClient {
  let connections: PlainConnections | undefined;
  Object.assign(client.config.requestHandler, {
    async handle({ hostname, port, headers, body }: Request, { abortSignal }: { abortSignal?: AbortSignal } = {}) {
      abortSignal?.throwIfAborted();
      connections ??= plainConnections(hostname, port);
      return { response: await connections.post(headers, body) };
    },
  });
  return leaveUnsigned(client);
}
