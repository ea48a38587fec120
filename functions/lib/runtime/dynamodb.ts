import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A call takes milliseconds; one that stalls is given up, so that three tries fit into the ten seconds of a request. */
export const connections = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };

/** The one client of a function instance. A call is tried four times, with jittered backoff. */
export const dynamodb = new DynamoDBClient({ maxAttempts: 4, requestHandler: connections });
// It copies what is sent and answered for a log that nobody reads: a third of what a query costs the processor.
dynamodb.middlewareStack.remove('loggerMiddleware');
