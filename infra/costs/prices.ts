/** Where and when the prices below were read. AWS changes them seldom, and mostly downwards. */
export const pricedAt = { region: 'us-east-1', date: '2026-11-28' } as const;

/** What AWS bills for one thing. */
export interface Price {
  /** What is billed, in the plural. */
  readonly unit: string;
  /** US dollars for as many units as `per` says, a month where the unit is something that exists. */
  readonly usd: number;
  readonly per: number;
  /** The units that every account gets for nothing each month, without end. Offers for the first year do not count. */
  readonly free: number;
  /** Whether the free units are taken off list prices too: nearly no account has used them up. */
  readonly isMostlyFree?: true;
  /** The page of the price. */
  readonly source: string;
}

const million = 1_000_000;
const page = (service: string) => `https://aws.amazon.com/${service}/pricing/`;

/** All prices, in US dollars at list prices, without taxes and discounts. */
export const prices = {
  alarmMetrics: {
    unit: 'metrics that alarms watch',
    usd: 0.1,
    per: 1,
    free: 10,
    source: page('cloudwatch'),
  },
  /** Alarms with a period of less than a minute. */
  fastAlarmMetrics: {
    unit: 'metrics that alarms watch by the second',
    usd: 0.3,
    per: 1,
    free: 0,
    source: page('cloudwatch'),
  },
  customMetrics: { unit: 'metrics of our own', usd: 0.3, per: 1, free: 10, source: page('cloudwatch') },
  /** The free ones have at most 50 metrics each. */
  dashboards: { unit: 'dashboards', usd: 3, per: 1, free: 3, isMostlyFree: true, source: page('cloudwatch') },
  logGigabytes: { unit: 'GB of logs', usd: 0.5, per: 1, free: 5, source: page('cloudwatch') },
  traces: { unit: 'traces', usd: 5, per: million, free: 100_000, source: page('xray') },
  secrets: { unit: 'secrets', usd: 0.4, per: 1, free: 0, source: page('secrets-manager') },
  /** Each of its first two rotations, a year apart, adds as much again. */
  keys: { unit: 'encryption keys', usd: 1, per: 1, free: 0, source: page('kms') },
  keyRequests: { unit: 'requests to encryption keys', usd: 0.03, per: 10_000, free: 20_000, source: page('kms') },
  webAcls: { unit: 'web ACLs', usd: 5, per: 1, free: 0, source: page('waf') },
  /** A group of rules that AWS maintains counts as one. */
  webAclRules: { unit: 'rules of web ACLs', usd: 1, per: 1, free: 0, source: page('waf') },
  webAclRequests: { unit: 'requests to web ACLs', usd: 0.6, per: million, free: 0, source: page('waf') },
  queueRequests: { unit: 'requests to FIFO queues', usd: 0.5, per: million, free: million, source: page('sqs') },
  standardQueueRequests: {
    unit: 'requests to standard queues',
    usd: 0.4,
    per: million,
    free: million,
    source: page('sqs'),
  },
  functionRequests: { unit: 'invocations of functions', usd: 0.2, per: million, free: million, source: page('lambda') },
  /** Of Arm processors. */
  functionGigabyteSeconds: {
    unit: 'GB-seconds of functions',
    usd: 13.3334,
    per: million,
    free: 400_000,
    source: page('lambda'),
  },
  readUnits: { unit: 'read units', usd: 0.125, per: million, free: 0, source: page('dynamodb') },
  writeUnits: { unit: 'write units', usd: 0.625, per: million, free: 0, source: page('dynamodb') },
  storedGigabytes: { unit: 'GB in tables', usd: 0.25, per: 1, free: 25, source: page('dynamodb') },
  backedUpGigabytes: {
    unit: 'GB with recovery to a point in time',
    usd: 0.2,
    per: 1,
    free: 0,
    source: page('dynamodb'),
  },
  gatewayRequests: { unit: 'requests to API Gateway', usd: 1, per: million, free: 0, source: page('api-gateway') },
  /** Over HTTPS, from North America and Europe. */
  edgeRequests: {
    unit: 'requests to CloudFront',
    usd: 1,
    per: million,
    free: 10 * million,
    source: page('cloudfront'),
  },
  edgeFunctionRequests: {
    unit: 'invocations of the CloudFront function',
    usd: 0.1,
    per: million,
    free: 2 * million,
    source: page('cloudfront'),
  },
  /** What the shield is asked by other caches of CloudFront. */
  shieldRequests: { unit: 'requests to Origin Shield', usd: 0.75, per: million, free: 0, source: page('cloudfront') },
  /** To North America and Europe. */
  edgeGigabytes: { unit: 'GB from CloudFront to readers', usd: 0.085, per: 1, free: 1_024, source: page('cloudfront') },
  sentGigabytes: { unit: 'GB from functions to receivers', usd: 0.09, per: 1, free: 100, source: page('ec2') },
} as const satisfies Record<string, Price>;

/** What is billed, by the names of `prices`. */
export type Priced = keyof typeof prices;

/** Amounts of what is billed. */
export type Quantities = Readonly<Partial<Record<Priced, number>>>;

const usdOf = ({ usd, per }: Price, quantity: number) => (Math.max(0, quantity) / per) * usd;

/** US dollars at list prices. */
export function listUsd(priced: Priced, quantity: number): number {
  const price: Price = prices[priced];
  return usdOf(price, price.isMostlyFree ? quantity - price.free : quantity);
}

/** US dollars beyond what is free each month, in an account that uses it for nothing else. */
export function billedUsd(priced: Priced, quantity: number): number {
  return usdOf(prices[priced], quantity - prices[priced].free);
}

/** The sum of several amounts. */
export function sumOf(all: readonly Quantities[]): Quantities {
  const sum: Partial<Record<Priced, number>> = {};
  for (const quantities of all) {
    for (const [priced, quantity] of Object.entries(quantities) as [Priced, number][]) {
      sum[priced] = (sum[priced] ?? 0) + quantity;
    }
  }
  return sum;
}
