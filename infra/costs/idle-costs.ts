import { idleMs, idleWork } from './idle-work.ts';
import { invocationLogBytes, metricsLogBytes } from './log-bytes.ts';
import { type Quantities, sumOf } from './prices.ts';
import type { Resource, Template } from './template.ts';

type Properties = Resource['Properties'];

/** AWS bills months by their hours: 730 on average. */
const minutesOfMonth = 730 * 60;
const gigabyte = 1e9;

/**
 * Requests of Lambda to an empty queue: five pollers, each of which waits 20 seconds for messages. Lambda can do with
 * two, but not if a mapping has a maximum concurrency (AWS Lambda Developer Guide, "Configuring scaling behavior for
 * SQS event source mappings"). FIFO queues are taken to be polled like standard ones, for which alone AWS says so.
 */
const pollsPerMinute = 5 * 3;

/**
 * DynamoDB asks for the key of a table again after five minutes, for each caller (DynamoDB Developer Guide, "Encryption
 * at rest: usage notes").
 */
const keyRequestEveryMinutes = 5;

/** The logical id that a reference within the template names. */
function referenced(value: Properties): string | undefined {
  return value?.Ref ?? value?.['Fn::GetAtt']?.[0];
}

function alarm({ Period, Metrics }: Properties): Quantities {
  const watched: readonly Properties[] = (Metrics ?? []).filter((metric: Properties) => metric.MetricStat);
  const periods: readonly number[] = Metrics ? watched.map(({ MetricStat }) => MetricStat.Period) : [Period];
  const fast = periods.filter((period) => period < 60).length;
  return { alarmMetrics: periods.length - fast, ...(fast > 0 && { fastAlarmMetrics: fast }) };
}

/** @throws {Error} if the source is neither a stream of DynamoDB nor a queue of the template */
function mapping({ EventSourceArn }: Properties, { Resources }: Template): Quantities {
  const source = Resources[referenced(EventSourceArn) ?? ''];
  // Lambda reads streams of DynamoDB for nothing (Amazon DynamoDB pricing, "DynamoDB Streams").
  if (source?.Type === 'AWS::DynamoDB::Table') return {};
  if (source?.Type !== 'AWS::SQS::Queue') {
    throw new Error(`What it costs to read ${JSON.stringify(EventSourceArn)} is not known.`);
  }
  const polls = pollsPerMinute * minutesOfMonth;
  return source.Properties?.FifoQueue ? { queueRequests: polls } : { standardQueueRequests: polls };
}

/** Minutes between two invocations. @throws {Error} if the schedule is no rate */
function minutesBetween(expression: string): number {
  const [, number, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = { minute: 1, hour: 60, day: 1_440 }[unit ?? ''];
  if (minutes === undefined) throw new Error(`The costs of the schedule ${expression} are not known.`);
  return Number(number) * minutes;
}

function invocations(everyMinutes: number, { Properties }: Resource, template: Template): Quantities {
  const { MemorySize, TracingConfig, Environment } = Properties;
  const name = String(Environment?.Variables?.POWERTOOLS_SERVICE_NAME);
  const work = idleWork[name];
  if (!work)
    throw new Error(`What ${name} does while nothing happens is not known: add it to infra/costs/idle-work.ts.`);
  const times = minutesOfMonth / everyMinutes;
  const hasKey = Object.values(template.Resources).some(({ Type }) => Type === 'AWS::KMS::Key');
  const logBytes = invocationLogBytes + (work.metrics.length > 0 ? metricsLogBytes : 0);
  return {
    functionRequests: times,
    functionGigabyteSeconds: (times * idleMs * MemorySize) / 1_024 / 1_000,
    readUnits: times * work.reads,
    logGigabytes: (times * logBytes) / gigabyte,
    ...(work.metrics.length > 0 && { customMetrics: work.metrics.length }),
    // Lambda traces the first invocation of each second.
    ...(TracingConfig?.Mode === 'Active' && { traces: times }),
    ...(hasKey && work.usesKey && { keyRequests: minutesOfMonth / Math.max(everyMinutes, keyRequestEveryMinutes) }),
  };
}

function schedule({ ScheduleExpression, Targets = [] }: Properties, template: Template): Quantities {
  if (ScheduleExpression === undefined) return {};
  const targets: Resource[] = Targets.flatMap(({ Arn }: Properties) => template.Resources[referenced(Arn) ?? ''] ?? []);
  return sumOf(targets.map((target) => invocations(minutesBetween(ScheduleExpression), target, template)));
}

/** What costs money while nothing happens, by type. */
const billed: Readonly<Record<string, (properties: Properties, template: Template) => Quantities>> = {
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::Dashboard': () => ({ dashboards: 1 }),
  'AWS::Events::Rule': schedule,
  'AWS::KMS::Key': () => ({ keys: 1 }),
  'AWS::Lambda::EventSourceMapping': mapping,
  'AWS::SecretsManager::Secret': () => ({ secrets: 1 }),
  'AWS::WAFv2::WebACL': ({ Rules = [] }) => ({ webAcls: 1, webAclRules: Rules.length }),
};

const byRequest = 'is billed by request';
const freely = 'costs nothing';

/** What costs nothing while nothing happens, by type, with the reason. */
export const freeWhileIdle: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::Api': byRequest,
  'AWS::ApiGatewayV2::Authorizer': byRequest,
  'AWS::ApiGatewayV2::Integration': byRequest,
  'AWS::ApiGatewayV2::Route': byRequest,
  'AWS::ApiGatewayV2::Stage': byRequest,
  'AWS::Budgets::Budget': 'costs nothing without actions',
  'AWS::CloudFront::CachePolicy': freely,
  'AWS::CloudFront::Distribution':
    'is billed by request and by GB; Origin Shield by request; a certificate costs nothing',
  'AWS::CloudFront::Function': byRequest,
  'AWS::CloudFront::ResponseHeadersPolicy': freely,
  'AWS::DynamoDB::Table':
    'is billed by request and by GB, with or without recovery to a point in time; an empty one has none',
  'AWS::IAM::Policy': freely,
  'AWS::IAM::Role': freely,
  'AWS::KMS::Alias': freely,
  'AWS::Lambda::Function': 'is billed by request; reserved concurrency costs nothing',
  'AWS::Lambda::Permission': freely,
  'AWS::Logs::LogGroup': 'is billed by GB: the logs of schedules are counted there',
  'AWS::SNS::Subscription': 'is billed by message',
  'AWS::SNS::Topic': 'is billed by message',
  'AWS::SNS::TopicPolicy': freely,
  'AWS::SQS::Queue': 'is billed by request; what Lambda asks is counted at its event source mapping',
  'AWS::SQS::QueuePolicy': freely,
  'AWS::WAFv2::IPSet': freely,
};

/**
 * What some stacks use in a month in which nothing happens.
 *
 * @throws {Error} if a type of resource, a schedule or a function with a schedule is not known
 */
export function idleQuantities(templates: readonly Template[]): Quantities {
  const quantities = templates.flatMap((template) =>
    Object.values(template.Resources).map(({ Type, Properties = {} }) => {
      const known = billed[Type];
      if (known) return known(Properties, template);
      if (freeWhileIdle[Type] !== undefined) return {};
      throw new Error(`What a resource of type ${Type} costs is not known: add it to infra/costs/idle-costs.ts.`);
    }),
  );
  return sumOf(quantities);
}
