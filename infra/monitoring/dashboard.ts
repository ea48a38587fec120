import { Aws, Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { settingsOf } from '../config/settings-of.ts';
import { functionMetric } from './function-metric.ts';

const period = Duration.minutes(1);
const width = 12;
/** CloudFront publishes its metrics there, wherever its readers are. */
const edgeRegion = 'us-east-1';

const sum = { period, statistic: Stats.SUM };
const maximum = { period, statistic: Stats.MAXIMUM };
const ninetyNine = { period, statistic: Stats.percentile(99) };

const graph = (title: string, left: readonly IMetric[], right: readonly IMetric[] = []): IWidget =>
  new GraphWidget({ title, width, left: [...left], right: [...right] });

export interface DashboardOptions {
  readonly alarms: readonly Alarm[];
  readonly httpApi: HttpApi;
  readonly distribution: Distribution;
  /** The functions that most depends on. */
  readonly functions: readonly LambdaFunction[];
  /** The tables that may be throttled. */
  readonly tables: readonly Table[];
  /** The queues that somebody must look at. */
  readonly queues: readonly Queue[];
}

const nameOf = (handler: LambdaFunction) => handler.node.scope?.node.id ?? '';

function published(stage: string): IWidget {
  return graph('Published a minute', [
    functionMetric(stage, 'append-event', 'EventsAppended', { ...sum, label: 'appended' }),
    functionMetric(stage, 'sequence', 'RevisionsSequenced', { ...sum, label: 'sequenced' }),
    functionMetric(stage, 'project', 'EntriesProjected', { ...sum, label: 'in timelines' }),
  ]);
}

function timeToTimeline(stage: string): IWidget {
  const metric = (options: { statistic: string; label: string }) =>
    functionMetric(stage, 'project', 'TimeToTimeline', { period, ...options });
  return graph('From append to timeline, ms', [
    metric({ statistic: Stats.percentile(50), label: 'half of all' }),
    metric({ statistic: Stats.percentile(99), label: '99 %' }),
  ]);
}

function deliveries(stage: string): readonly IWidget[] {
  const counted = (service: string, name: string) =>
    functionMetric(stage, service, name, { ...sum, label: `${name} by ${service}` });
  const workers = ['deliver', 'deliver-slow'];
  return [
    graph('Age of messages, ms', [
      functionMetric(stage, 'deliver', 'DeliveryLag', { ...ninetyNine, label: 'sent at once, 99 %' }),
      functionMetric(stage, 'sweep', 'BacklogAge', { ...maximum, label: 'waiting' }),
      functionMetric(stage, 'sweep', 'FanOutLag', { ...maximum, label: 'not queued' }),
    ]),
    graph(
      'Messages a minute',
      workers.map((service) => counted(service, 'DeliveriesSent')),
      workers.flatMap((service) => [counted(service, 'DeliveriesParked'), counted(service, 'EndpointsDisabled')]),
    ),
  ];
}

function throttles({ functions, tables }: DashboardOptions): IWidget {
  const ofTable = (table: Table, metricName: string) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: table.tableName },
      ...sum,
      label: `${metricName} of ${table.node.id}`,
    });
  return graph(
    'Throttled a minute',
    functions.map((handler) => handler.metricThrottles({ ...sum, label: nameOf(handler) })),
    tables.flatMap((table) => [ofTable(table, 'WriteThrottleEvents'), ofTable(table, 'ReadThrottleEvents')]),
  );
}

function reads({ httpApi, distribution }: DashboardOptions): readonly IWidget[] {
  const edge = new Metric({
    namespace: 'AWS/CloudFront',
    metricName: 'Requests',
    dimensionsMap: { DistributionId: distribution.distributionId, Region: 'Global' },
    region: edgeRegion,
    ...sum,
    label: 'at CloudFront',
  });
  const gateway = httpApi.metricCount({ ...sum, label: 'at API Gateway' });
  return [
    graph(
      'Latency of the API, ms',
      [
        httpApi.metricLatency({ period, statistic: Stats.percentile(50), label: 'half of all' }),
        httpApi.metricLatency({ ...ninetyNine, label: '99 %' }),
      ],
      [httpApi.metricServerError({ ...sum, label: '5xx' })],
    ),
    graph(
      'Requests a minute',
      [edge, gateway],
      [
        // The cache hit rate of CloudFront is a metric that costs money. Writes lower this one too: they always go on
        // to the gateway.
        new MathExpression({
          expression: '100 * (1 - FILL(gateway, 0) / edge)',
          usingMetrics: { gateway, edge },
          label: 'answered by the cache, %',
          period,
        }),
      ],
    ),
  ];
}

/**
 * What an operator looks at first. It has fewer than 50 metrics: up to so many, the first three dashboards of an
 * account cost nothing (Amazon CloudWatch pricing).
 */
export function dashboard(scope: Construct, options: DashboardOptions): Dashboard {
  const { stage } = settingsOf(scope);
  const { alarms, functions, queues } = options;
  return new Dashboard(scope, 'Dashboard', {
    // Dashboards of all regions share their names.
    dashboardName: `Timeline-${stage}-${Aws.REGION}`,
    defaultInterval: Duration.hours(3),
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', width: 2 * width, height: 4, alarms: [...alarms] })],
      [published(stage), timeToTimeline(stage)],
      [...reads(options)],
      [...deliveries(stage)],
      [
        graph(
          'Failed a minute',
          functions.map((handler) => handler.metricErrors({ ...sum, label: nameOf(handler) })),
        ),
        graph(
          'Duration of functions, ms, 99 %',
          functions.map((handler) => handler.metricDuration({ ...ninetyNine, label: nameOf(handler) })),
        ),
      ],
      [
        throttles(options),
        graph(
          'Messages that wait for somebody',
          queues.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ ...maximum, label: queue.node.id })),
        ),
      ],
    ],
  });
}
