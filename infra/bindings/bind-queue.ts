import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/** Gives a function the URL of a queue and the permission to send messages to it. */
export function bindQueue(handler: LambdaFunction, queue: Queue, variable: string): void {
  handler.addEnvironment(variable, queue.queueUrl);
  Grant.addToPrincipal({ grantee: handler, actions: ['sqs:SendMessage'], resourceArns: [queue.queueArn] });
}
