import { describe, expect, test } from '@jest/globals';
import { synthesized } from '../synthesized.ts';

const stack = await synthesized();
const small = await synthesized('Timeline', { profile: 'small' });

interface Widget {
  readonly type: string;
  readonly properties: {
    readonly title: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly alarms?: readonly string[];
  };
}

function widgetsOf({ propertiesOf }: typeof stack): readonly Widget[] {
  const [{ DashboardBody = '' } = {}] = Object.values(propertiesOf('AWS::CloudWatch::Dashboard'));
  return JSON.parse(String(DashboardBody)).widgets;
}

const metricsOf = (widgets: readonly Widget[]) => widgets.flatMap(({ properties }) => properties.metrics ?? []);

describe('The dashboard', () => {
  test('shows what an operator looks at first, with the alarms at the top', () => {
    const shown = widgetsOf(stack).map(({ properties }) => properties.title);
    expect(shown).toEqual([
      'Alarms',
      'Published a minute',
      'From append to timeline, ms',
      'Latency of the API, ms',
      'Requests a minute',
      'Age of messages, ms',
      'Messages a minute',
      'Failed a minute',
      'Duration of functions, ms, 99 %',
      'Throttled a minute',
      'Messages that wait for somebody',
    ]);
  });

  test.each([
    ['full', stack],
    ['small', small],
  ])('costs nothing in the profile %s: it has at most 50 metrics', (_, { ...profile }) => {
    const metrics = metricsOf(widgetsOf(profile));
    expect(metrics.length).toBeGreaterThan(40);
    expect(metrics.length).toBeLessThanOrEqual(50);
  });

  test('shows every alarm of its stack, of which a widget takes at most a hundred', () => {
    for (const profile of [stack, small]) {
      const [{ properties }] = widgetsOf(profile) as [Widget];
      expect(properties.alarms?.length).toBeLessThanOrEqual(100);
      expect(properties.alarms).toEqual(
        Object.keys(profile.ofType('AWS::CloudWatch::Alarm')).map((path) => `${path}.Arn`),
      );
    }
  });

  test('shows the metrics of its stage only', () => {
    const own = metricsOf(widgetsOf(stack)).filter(([namespace]) => namespace === 'Timeline');
    expect(own.length).toBeGreaterThan(10);
    expect(own.filter((metric) => metric[metric.indexOf('stage') + 1] !== 'local')).toEqual([]);
  });
});
