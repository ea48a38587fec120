import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { synthesizedStack } from '../../support/stack/synthesized-stack.ts';
import { synthesized } from '../synthesized.ts';

const namespace = 'Timeline';
const bundles = join(await synthesizedStack(), 'bundles');
const stack = await synthesized();

interface Published {
  readonly service: string;
  readonly metric: string;
}

interface WatchedMetric {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

interface WatchedAlarm extends WatchedMetric {
  readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: WatchedMetric } }[];
}

/** Which function has to publish a metric. The one that nothing publishes has no function. */
function publishedFor({ Namespace, MetricName = '', Dimensions = [] }: WatchedMetric): Published[] {
  const service = Dimensions.find(({ Name }) => Name === 'service')?.Value;
  return Namespace === namespace && service ? [{ service, metric: MetricName }] : [];
}

function watched(): Published[] {
  const alarms = Object.values(stack.propertiesOf('AWS::CloudWatch::Alarm')) as readonly WatchedAlarm[];
  return alarms.flatMap((alarm) => {
    const metrics = alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [alarm];
    return metrics.flatMap(publishedFor);
  });
}

function shown(): Published[] {
  const [{ DashboardBody = '' } = {}] = Object.values(stack.propertiesOf('AWS::CloudWatch::Dashboard'));
  const widgets: readonly { properties: { metrics?: readonly (readonly string[])[] } }[] = JSON.parse(
    String(DashboardBody),
  ).widgets;
  return widgets.flatMap(({ properties: { metrics = [] } }) =>
    metrics.flatMap(([Namespace, MetricName, ...more]) => {
      const Dimensions = [{ Name: 'service', Value: more[more.indexOf('service') + 1] ?? '' }];
      return publishedFor({ Namespace, MetricName, Dimensions } as WatchedMetric);
    }),
  );
}

async function codeOf(service: string): Promise<string> {
  const folder = join(bundles, service);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.mjs'));
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
}

async function unpublished(all: readonly Published[]): Promise<Published[]> {
  const found = await Promise.all(
    all.map(async ({ service, metric }) => (await codeOf(service)).includes(`"${metric}"`)),
  );
  return all.filter((_, index) => !found[index]);
}

describe('Each metric of our own is published by the function that it is said to be of,', () => {
  test('if an alarm watches it', async () => {
    expect(watched().length).toBeGreaterThan(10);
    expect(await unpublished(watched())).toEqual([]);
  });

  test('if the dashboard shows it', async () => {
    expect(shown().length).toBeGreaterThan(10);
    expect(await unpublished(shown())).toEqual([]);
  });
});

test('each function publishes under the name and the stage by which metrics are found', () => {
  const variables = Object.values(stack.propertiesOf('AWS::Lambda::Function')).map(
    ({ Environment }) => (Environment as { Variables: Readonly<Record<string, string>> }).Variables,
  );
  const services = new Set(variables.map(({ POWERTOOLS_SERVICE_NAME }) => POWERTOOLS_SERVICE_NAME));
  expect([...watched(), ...shown()].filter(({ service }) => !services.has(service))).toEqual([]);
  expect(new Set(variables.map(({ STAGE }) => STAGE))).toEqual(new Set(['local']));
  expect(new Set(variables.map(({ POWERTOOLS_METRICS_NAMESPACE }) => POWERTOOLS_METRICS_NAMESPACE))).toEqual(
    new Set([namespace]),
  );
});
