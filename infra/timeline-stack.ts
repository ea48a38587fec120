import { CfnOutput, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { routes } from '../functions/routes.ts';
import { Secrets } from './bindings/secrets.ts';
import { apiHost } from './edge/api-host.ts';
import { Edge } from './edge/edge.ts';
import { ownDomain } from './edge/own-domain.ts';
import { TimelineApi } from './edge/timeline-api.ts';
import { Projector } from './flow/projector.ts';
import { Sequencer } from './flow/sequencer.ts';
import { Webhooks } from './flow/webhooks.ts';
import { EndpointFunctions } from './functions/endpoint-functions.ts';
import { ReadFunctions } from './functions/read-functions.ts';
import { WriteFunctions } from './functions/write-functions.ts';
import { Alarms } from './monitoring/alarms.ts';
import { webhookAlarms } from './monitoring/webhook-alarms.ts';
import { DeadLetterQueue } from './queues/dead-letter-queue.ts';
import { WakeQueues } from './queues/wake-queues.ts';
import { Access } from './tables/access.ts';
import { EventLog } from './tables/event-log.ts';
import { Subscribers } from './tables/subscribers.ts';
import { Timelines } from './tables/timelines.ts';

export interface TimelineStackOptions {
  /** Folder with `<function>/index.mjs` for each of `functionNames`. */
  readonly bundles: string;
}

/**
 * ```
 * newsroom ─POST▶ append ─▶ EventLog revisions ─stream▶ sequence ─▶ EventLog feed ─stream▶ project ─▶ Timelines ─▶ read ─GET▶ public
 *                                                                                             │ checkpoint, stream
 *                                                                                             ▼
 *                                                  subscriber ◀signed POST─ deliver ◀─wakes─ fan-out ─▶ Subscribers
 * ```
 */
export class TimelineStack extends Stack {
  constructor(scope: Construct, id: string, { bundles }: TimelineStackOptions) {
    super(scope, id, { description: 'Timelines of running stories, event-sourced' });
    const eventLog = new EventLog(this, 'EventLog');
    const timelines = new Timelines(this, 'Timelines');
    const subscribers = new Subscribers(this, 'Subscribers');
    const access = new Access(this, 'Access');
    const parked = new DeadLetterQueue(this, 'Parked');
    const discarded = new DeadLetterQueue(this, 'Discarded');

    const write = new WriteFunctions(this, 'Write', { bundles, eventLog });
    const sequencer = new Sequencer(this, 'Sequencer', { bundles, eventLog, parked, discarded });
    const projector = new Projector(this, 'Projector', { bundles, eventLog, timelines, parked, discarded });
    const read = new ReadFunctions(this, 'Read', { bundles, eventLog, timelines });
    const wakes = new WakeQueues(this, 'Wakes');
    const endpoints = new EndpointFunctions(this, 'Endpoints', { bundles, eventLog, subscribers, wakes });
    const routed = { ...write.functions, ...read.functions, ...endpoints.functions };
    const { httpApi, unrouted } = new TimelineApi(this, 'Api', { bundles, access, functions: routed });
    const secrets = new Secrets(this, 'Secrets', { routed, unrouted });
    const domain = ownDomain(this);
    const { distribution } = new Edge(this, 'Edge', {
      httpApi,
      originSecret: secrets.origin.reference(),
      webAclArn: this.#webAclArn(),
      routes,
      domain,
    });
    const { fanOut } = new Webhooks(this, 'Webhooks', {
      bundles,
      eventLog,
      timelines,
      subscribers,
      wakes,
      parked,
      discarded,
      ownHosts: Fn.join(',', [distribution.domainName, apiHost(httpApi)]),
    });
    new Alarms(this, 'Alarms', {
      httpApi,
      followers: [sequencer.sequence, projector.project, fanOut],
      queues: [
        { queue: parked, meaning: 'What failed for good is parked: see npx timeline reconcile' },
        { queue: discarded, meaning: 'Records of the stream became too old: run npx timeline reconcile' },
        { queue: wakes.prompt.deadLetters, meaning: 'Workers died of an endpoint, again and again' },
        { queue: wakes.slow.deadLetters, meaning: 'Workers died of an endpoint that fails, again and again' },
      ],
      signs: webhookAlarms,
    });

    new CfnOutput(this, 'ApiUrl', { value: `https://${domain?.name ?? distribution.domainName}` });
    // What the name server has to answer for the domain.
    if (domain) new CfnOutput(this, 'DistributionDomain', { value: distribution.domainName });
    new CfnOutput(this, 'EventLogTable', { value: eventLog.tableName });
    new CfnOutput(this, 'TimelinesTable', { value: timelines.tableName });
    new CfnOutput(this, 'SubscribersTable', { value: subscribers.tableName });
    new CfnOutput(this, 'AccessTable', { value: access.tableName });
    new CfnOutput(this, 'ParkedQueueUrl', { value: parked.queueUrl });
  }
  /** Of the stack TimelineFirewall: without default, so that nobody deploys without one. */
  #webAclArn(): string {
    return new CfnParameter(this, 'WebAclArn', {
      description: 'Output WebAclArn of the stack TimelineFirewall',
      allowedPattern: '^arn:aws[a-z-]*:wafv2:us-east-1:[0-9]{12}:global/webacl/[A-Za-z0-9_-]+/[0-9a-f-]+$',
      constraintDescription: 'Takes the ARN of a web ACL of scope CLOUDFRONT: deploy TimelineFirewall first.',
    }).valueAsString;
  }
}
