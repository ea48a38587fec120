import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClient } from './aws-client.ts';

/** The one DynamoDB client of a function instance. A call is attempted up to four times, with jittered backoff. */
export const dynamodb = awsClient(DynamoDBClient, { maxAttempts: 4 });
