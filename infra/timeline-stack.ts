import { CfnOutput, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { routes } from '../functions/routes.ts';
import { Secrets } from './bindings/secrets.ts';
import type { Settings } from './config/settings.ts';
import { configure } from './config/settings-of.ts';
import { apiHost } from './edge/api-host.ts';
import { Edge } from './edge/edge.ts';
import { TimelineApi } from './edge/timeline-api.ts';
import { Embargo } from './flow/embargo.ts';
import { Eraser } from './flow/eraser.ts';
import { Projector } from './flow/projector.ts';
import { Sequencer } from './flow/sequencer.ts';
import { Webhooks } from './flow/webhooks.ts';
import { EndpointFunctions } from './functions/endpoint-functions.ts';
import { NewsroomFunction } from './functions/newsroom-function.ts';
import { ReadFunctions } from './functions/read-functions.ts';
import { RedactionFunctions } from './functions/redaction-functions.ts';
import { WriteFunctions } from './functions/write-functions.ts';
import { Alarms } from './monitoring/alarms.ts';
import { spendingBudget } from './monitoring/budget.ts';
import { dashboard } from './monitoring/dashboard.ts';
import { failOpenAlarms } from './monitoring/fail-open-alarms.ts';
import { heldEventAlarm } from './monitoring/held-event-alarm.ts';
import { protectionAlarm } from './monitoring/protection-alarm.ts';
import { deadLetterAlarms, sentAlarms } from './monitoring/queue-alarms.ts';
import { redactionAlarm } from './monitoring/redaction-alarm.ts';
import { scheduleAlarms } from './monitoring/schedule-alarms.ts';
import { sequencingAlarm } from './monitoring/sequencing-alarm.ts';
import { webhookAlarms } from './monitoring/webhook-alarms.ts';
import { DeadLetterQueue } from './queues/dead-letter-queue.ts';
import { WakeQueues } from './queues/wake-queues.ts';
import { Access } from './tables/access.ts';
import { EventLog } from './tables/event-log.ts';
import { HeldEvents } from './tables/held-events.ts';
import { Redactions } from './tables/redactions.ts';
import { Subscribers } from './tables/subscribers.ts';
import { Timelines } from './tables/timelines.ts';

export interface TimelineStackOptions {
  /** The folder with `<function>/index.mjs` for each of `functionNames`. */
  readonly bundles: string;
  readonly settings: Settings;
}

/**
 * ```
 * newsroom ─POST▶ append ─▶ revisions ─stream▶ sequence ─▶ feed ─stream▶ project ─▶ Timelines ─▶ read ─GET▶ public
 *                                                                           │ checkpoint, stream
 *                                                                           ▼
 *                       subscriber ◀signed POST─ deliver ◀─wake (SQS FIFO)─ fan-out ─▶ deliveries
 *                                                   ▲
 *                                                 sweep, every minute
 * ```
 */
export class TimelineStack extends Stack {
  constructor(scope: Construct, id: string, { bundles, settings }: TimelineStackOptions) {
    super(scope, id, { description: 'Timelines of running stories, event-sourced' });
    configure(this, settings);
    const eventLog = new EventLog(this, 'EventLog');
    const timelines = new Timelines(this, 'Timelines');
    const subscribers = new Subscribers(this, 'Subscribers');
    const access = new Access(this, 'Access');
    const redactions = new Redactions(this, 'Redactions');
    const heldEvents = new HeldEvents(this, 'HeldEvents');
    const parked = new DeadLetterQueue(this, 'Parked');
    const discarded = new DeadLetterQueue(this, 'Discarded');
    const wakes = new WakeQueues(this, 'Wakes');

    // newsroom ─POST▶ append ─▶ EventLog revisions
    const write = new WriteFunctions(this, 'Write', { bundles, eventLog, timelines, access, heldEvents });
    // newsroom ─▶ HeldEvents ─every minute▶ publish ─▶ EventLog revisions
    const embargo = new Embargo(this, 'Embargo', { bundles, eventLog, timelines, access, heldEvents });
    // Timelines, HeldEvents, Subscribers ─▶ read-newsroom ─GET▶ newsroom
    const newsroom = new NewsroomFunction(this, 'Newsroom', { bundles, timelines, subscribers, heldEvents });
    // newsroom ─POST▶ redact ─▶ Redactions, EventLog revisions
    const redaction = new RedactionFunctions(this, 'Redaction', { bundles, eventLog, redactions, access });
    // EventLog revisions ─stream▶ sequence ─▶ EventLog feed
    const { sequence, postponed } = new Sequencer(this, 'Sequencer', { bundles, eventLog, parked, discarded });
    // EventLog feed ─stream▶ project ─▶ Timelines
    const { project } = new Projector(this, 'Projector', { bundles, eventLog, timelines, parked, discarded });
    // Timelines ─▶ read ─GET▶ public
    const read = new ReadFunctions(this, 'Read', { bundles, eventLog, timelines, redactions, access });
    // newsroom ─▶ webhook endpoints ─▶ Subscribers
    const endpoints = new EndpointFunctions(this, 'Endpoints', { bundles, eventLog, subscribers, wakes, access });

    // public, newsroom ─▶ CloudFront ─▶ API Gateway ─▶ the functions above
    const routed = {
      ...write.functions,
      ...embargo.functions,
      ...newsroom.functions,
      ...redaction.functions,
      ...read.functions,
      ...endpoints.functions,
    };
    const { httpApi, unrouted } = new TimelineApi(this, 'Api', { bundles, access, functions: routed });
    const secrets = new Secrets(this, 'Secrets', { routed, unrouted });
    const { domain } = settings;
    const originSecret = secrets.origin.reference();
    const webAclArn = settings.profile === 'full' ? (settings.webAclArn ?? this.#webAclArn(settings)) : undefined;
    const { distribution } = new Edge(this, 'Edge', { httpApi, originSecret, webAclArn, routes, domain });

    // Timelines checkpoint ─stream▶ fan-out ─▶ deliveries, wakes ─▶ deliver ─signed POST▶ subscriber
    const { fanOut, deliver } = new Webhooks(this, 'Webhooks', {
      bundles,
      eventLog,
      timelines,
      subscribers,
      wakes,
      parked,
      discarded,
      // The public name first: it is the one that messages and challenges give.
      ownHosts: Fn.join(',', [...(domain ? [domain.name] : []), distribution.domainName, apiHost(httpApi)]),
    });

    // Redactions ─every minute▶ erase-content ─▶ EventLog, CloudFront
    const { erase } = new Eraser(this, 'Eraser', {
      bundles,
      eventLog,
      timelines,
      subscribers,
      redactions,
      heldEvents,
      distribution,
    });

    const { topic, all: alarms } = new Alarms(this, 'Alarms', {
      httpApi,
      // In the profile small, the metric FanOutLag of the sweep covers fan-out.
      followers: settings.profile === 'full' ? [sequence, project, fanOut] : [sequence, project],
      definitions: [
        ...sentAlarms([
          {
            queue: parked,
            description:
              'A revision or an entry failed permanently and was parked. Fix the cause, then run: npx timeline reconcile',
          },
          {
            queue: discarded,
            description: 'Stream records failed for an hour. Fix the cause, then run: npx timeline reconcile',
          },
        ]),
        ...deadLetterAlarms([
          {
            queue: postponed.deadLetters,
            description:
              'Revisions that were postponed could not be published. Read the log of sequence-postponed, then run: npx timeline reconcile',
          },
          {
            queue: wakes.prompt.deadLetters,
            description:
              'A worker crashed repeatedly while it served an endpoint. Read the log of the function deliver.',
          },
          {
            queue: wakes.slow.deadLetters,
            description:
              'A worker crashed repeatedly while it served a slow endpoint. Read the log of the function deliver-slow.',
          },
        ]),
        ...scheduleAlarms([erase]),
        ...scheduleAlarms([embargo.publish]).map((definition) => ({ ...definition, fullOnly: true as const })),
        sequencingAlarm(settings.stage),
        ...webhookAlarms(settings.stage),
        ...failOpenAlarms(settings.stage),
        redactionAlarm(settings.stage),
        heldEventAlarm(settings.stage),
        ...protectionAlarm(settings),
      ],
    });
    const operated = dashboard(this, {
      alarms,
      httpApi,
      distribution,
      functions: [...this.#named(routed, ['append-event', 'read-timeline']), sequence, project, fanOut, deliver],
      tables: [eventLog, timelines, subscribers],
      queues: [parked, discarded, postponed.deadLetters, wakes.prompt.deadLetters, wakes.slow.deadLetters],
    });
    spendingBudget(this);

    this.#output('ApiUrl', `https://${domain?.name ?? distribution.domainName}`, 'Address of the API');
    if (domain) this.#output('DistributionDomain', distribution.domainName, `Point ${domain.name} at this name`);
    this.#output('EventLogTable', eventLog.tableName, 'For npx timeline: --event-log');
    this.#output('TimelinesTable', timelines.tableName, 'For npx timeline: --timelines');
    this.#output('SubscribersTable', subscribers.tableName, 'For npx timeline: --subscribers');
    this.#output('AccessTable', access.tableName, 'For npx timeline key: --table');
    this.#output('RedactionsTable', redactions.tableName, 'For npx timeline redact: --redactions');
    this.#output('HeldEventsTable', heldEvents.tableName, 'For npx timeline story move: --held-events');
    this.#output('ParkedQueueUrl', parked.queueUrl, 'For npx timeline: --parked-queue');
    this.#output('DiscardedQueueUrl', discarded.queueUrl, 'The queue of stream records that failed for an hour');
    this.#output('AlarmTopic', topic.topicArn, 'Subscribe to it to hear of alarms');
    this.#output('DashboardName', operated.dashboardName, 'The dashboard in CloudWatch');
  }

  #named(functions: Readonly<Record<string, LambdaFunction>>, names: readonly string[]): readonly LambdaFunction[] {
    return names.map((name) => {
      const handler = functions[name];
      if (!handler) throw new Error(`The dashboard shows the function ${name}, which does not exist.`);
      return handler;
    });
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }

  /** A parameter without a default, so that nobody deploys without a web ACL. */
  #webAclArn({ stage }: Settings): string {
    return new CfnParameter(this, 'WebAclArn', {
      description: `Output WebAclArn of the stack TimelineFirewall-${stage}`,
      allowedPattern: '^arn:aws[a-z-]*:wafv2:us-east-1:[0-9]{12}:global/webacl/[A-Za-z0-9_-]+/[0-9a-f-]+$',
      constraintDescription: `must be the ARN of a web ACL of scope CLOUDFRONT: deploy TimelineFirewall-${stage} first, which prints it.`,
    }).valueAsString;
  }
}
