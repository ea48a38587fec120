import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { invalidatedPaths } from '../redact/redaction-answer.ts';
import { awsClient } from '../runtime/aws-client.ts';
import { environment } from '../runtime/environment.ts';

const DistributionId = environment('DISTRIBUTION_ID');

/** CloudFront takes longer to answer than other services. */
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 8_000, throwOnRequestTimeout: true };

const cloudFront = awsClient(CloudFrontClient, { requestHandler });

/** Asks the content delivery network to forget all that it has. @param now epoch milliseconds */
export async function invalidateCaches(now: number): Promise<void> {
  const Items = [...invalidatedPaths];
  await cloudFront.send(
    new CreateInvalidationCommand({
      DistributionId,
      InvalidationBatch: { CallerReference: `redactions-${now}`, Paths: { Items, Quantity: Items.length } },
    }),
  );
}
