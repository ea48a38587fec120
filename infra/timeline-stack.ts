import { CfnOutput, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { routes } from '../functions/routes.ts';
import { Access } from './access.ts';
import { Alarms } from './alarms.ts';
import { apiHost } from './api-host.ts';
import { Edge } from './edge.ts';
import { EndpointFunctions } from './endpoint-functions.ts';
import { EventLog } from './event-log.ts';
import { LastStopQueue } from './last-stop-queue.ts';
import { ownDomain } from './own-domain.ts';
import { Projector } from './projector.ts';
import { ReadFunctions } from './read-functions.ts';
import { Secrets } from './secrets.ts';
import { Sequencer } from './sequencer.ts';
import { Subscribers } from './subscribers.ts';
import { TimelineApi } from './timeline-api.ts';
import { Timelines } from './timelines.ts';
import { WakeQueues } from './wake-queues.ts';
import { webhookSigns } from './webhook-signs.ts';
import { Webhooks } from './webhooks.ts';
import { WriteFunctions } from './write-functions.ts';

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
    const parked = new LastStopQueue(this, 'Parked');
    const discarded = new LastStopQueue(this, 'Discarded');

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
        { queue: parked, meaning: 'What failed for good is parked: see npm run reconcile' },
        { queue: discarded, meaning: 'Records of the stream became too old: run npm run reconcile' },
        { queue: wakes.prompt.deadLetters, meaning: 'Workers died of an endpoint, again and again' },
        { queue: wakes.slow.deadLetters, meaning: 'Workers died of an endpoint that fails, again and again' },
      ],
      signs: webhookSigns,
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
