import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * The one client of a function instance. A call is tried five times with jittered backoff; a connection that stalls is given
 * up early, so that the time left for the request goes into another try.
 */
export const dynamodb = new DynamoDBClient({
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000 },
});
