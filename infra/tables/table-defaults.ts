import { AttributeType, BillingMode, type TableProps } from 'aws-cdk-lib/aws-dynamodb';

/** What all tables have in common: string keys `pk` and `sk`, paid by request, restorable to any second of 35 days. */
export const tableDefaults = {
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
} satisfies TableProps;
