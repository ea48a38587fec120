import { metricMath, type Series } from './metric-math.ts';

/** A value of a metric. Times are minutes. */
export interface Sample {
  readonly at: number;
  readonly value: number;
  /** When CloudWatch knows it; by default a minute later. */
  readonly knownAt?: number;
}

/** Samples by the name of their metric. */
export type Samples = Readonly<Record<string, readonly Sample[]>>;

/** The properties of an alarm in a template. */
export interface AlarmProperties {
  readonly ComparisonOperator: 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold';
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData: 'breaching' | 'notBreaching';
  readonly MetricName?: string;
  readonly Period?: number;
  readonly Statistic?: string;
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: {
      readonly Metric: { readonly MetricName: string };
      readonly Period: number;
      readonly Stat: string;
    };
  }[];
}

/** CloudWatch looks at a few periods more than it evaluates. How many more, it does not say. */
const morePeriods = 2;

const statistics: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
};

/**
 * The values of a metric in the last periods before an instant, as far as they are known then. The periods slide along
 * with time.
 */
function seriesAt(
  now: number,
  samples: readonly Sample[],
  periods: number,
  minutes: number,
  statistic: string,
): Series {
  return Array.from({ length: periods }, (_, index) => {
    const end = now - (periods - 1 - index) * minutes;
    const within = samples.filter(({ at, knownAt = at + 1 }) => at >= end - minutes && at < end && knownAt <= now);
    return within.length === 0 ? undefined : statistics[statistic]?.(within.map(({ value }) => value));
  });
}

function valuesAt(now: number, alarm: AlarmProperties, samples: Samples, periods: number): Series {
  const { MetricName = '', Period = 0, Statistic = '', Metrics } = alarm;
  const of = (name: string, period: number, statistic: string) =>
    seriesAt(now, samples[name] ?? [], periods, period / 60, statistic);
  if (!Metrics) return of(MetricName, Period, Statistic);
  const [expression] = Metrics.flatMap(({ Expression }) => Expression ?? []);
  const watched = Metrics.flatMap(({ Id, MetricStat }) =>
    MetricStat ? [[Id, of(MetricStat.Metric.MetricName, MetricStat.Period, MetricStat.Stat)] as const] : [],
  );
  return metricMath(expression as string, Object.fromEntries(watched));
}

function isRingingAt(now: number, alarm: AlarmProperties, samples: Samples): boolean {
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, Threshold, ComparisonOperator } = alarm;
  const isBreaching = (value: number) =>
    ComparisonOperator === 'LessThanThreshold' ? value < Threshold : value >= Threshold;
  const known = valuesAt(now, alarm, samples, EvaluationPeriods + morePeriods).filter((value) => value !== undefined);
  const evaluated = known.slice(-EvaluationPeriods).map(isBreaching);
  const missing = EvaluationPeriods - evaluated.length;
  const breaching = evaluated.filter(Boolean).length + (alarm.TreatMissingData === 'breaching' ? missing : 0);
  return breaching >= DatapointsToAlarm;
}

/**
 * The minutes at which an alarm begins to ring, by the way that CloudWatch evaluates alarms (Amazon CloudWatch User
 * Guide, "Alarm evaluation"): each minute, over the last periods. The latest values that exist count; what is still
 * missing, counts as the alarm says.
 *
 * @param until the last minute
 */
export function ringsOf(alarm: AlarmProperties, samples: Samples, until: number): readonly number[] {
  const minutes = Array.from({ length: until + 1 }, (_, minute) => minute);
  return minutes.filter((minute) => isRingingAt(minute, alarm, samples) && !isRingingAt(minute - 1, alarm, samples));
}
