import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClient } from './aws-client.ts';

/** The DynamoDB client of a function instance. A call has at most four attempts, with jittered backoff. */
export const dynamodb = awsClient(DynamoDBClient, { maxAttempts: 4 });
