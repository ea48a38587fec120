import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindTable, type TableAction } from '../bindings/bind.ts';
import { bindPages } from '../bindings/bind-pages.ts';
import { bindHolds } from '../bindings/bind-partitions.ts';
import type { Access } from '../tables/access.ts';
import type { EventLog } from '../tables/event-log.ts';
import type { Redactions } from '../tables/redactions.ts';
import type { Timelines } from '../tables/timelines.ts';
import { lambdaFunction } from './lambda-function.ts';

interface Reader {
  readonly description: string;
  readonly eventLog?: readonly TableAction[];
  readonly timelines?: readonly TableAction[];
  /** Whether it answers with revisions of the log, which may have content that is being taken down. */
  readonly redactions?: true;
  readonly timeout?: Duration;
  readonly reservedConcurrency?: number;
  /** Whether it holds requests, and so counts them by newsroom. */
  readonly holds?: true;
  /** Whether it writes pages for readers. */
  readonly writesPages?: true;
}

const readers: Readonly<Record<string, Reader>> = {
  'read-timeline': {
    description: 'Returns a timeline by date range',
    timelines: ['GetItem', 'BatchGetItem', 'Query'],
    eventLog: ['Query', 'BatchGetItem'],
  },
  'read-counts': {
    description: 'Counts the entries of a timeline by date',
    timelines: ['GetItem', 'BatchGetItem', 'Query'],
    eventLog: ['BatchGetItem'],
  },
  'read-facets': {
    description: 'Says by which values a timeline can be filtered',
    timelines: ['GetItem', 'BatchGetItem', 'Query'],
    eventLog: ['BatchGetItem'],
  },
  'list-stories': { description: 'Lists the stories', timelines: ['GetItem', 'BatchGetItem', 'Query'] },
  'read-story': { description: 'Returns one story', timelines: ['GetItem', 'BatchGetItem', 'Query'] },
  'read-event': {
    description: 'Returns one event',
    redactions: true,
    eventLog: ['Query', 'BatchGetItem'],
    timelines: ['GetItem'],
  },
  'read-history': {
    description: 'Returns all revisions of an event',
    redactions: true,
    eventLog: ['Query', 'BatchGetItem'],
  },
  'read-corrections': {
    description: 'Returns the log of corrections',
    timelines: ['GetItem', 'BatchGetItem', 'Query'],
  },
  'read-stories-page': {
    description: 'Returns the page of all stories',
    writesPages: true,
    timelines: ['GetItem', 'BatchGetItem', 'Query'],
    eventLog: ['BatchGetItem'],
  },
  'read-story-page': {
    description: 'Returns the page of a story',
    writesPages: true,
    timelines: ['GetItem', 'BatchGetItem', 'Query'],
    eventLog: ['BatchGetItem'],
  },
  'read-event-page': {
    description: 'Returns the page of an event',
    redactions: true,
    writesPages: true,
    timelines: ['BatchGetItem'],
    eventLog: ['Query', 'BatchGetItem'],
  },
  'read-corrections-page': {
    description: 'Returns the page of the log of corrections',
    writesPages: true,
    timelines: ['GetItem', 'BatchGetItem', 'Query'],
  },
  'read-discovery': {
    description: 'Returns the sitemap, and stories for frames of other sites',
    timelines: ['GetItem', 'BatchGetItem', 'Query'],
    writesPages: true,
  },
  'read-health': {
    description: 'Returns whether the system works',
    eventLog: ['Query'],
    timelines: ['GetItem'],
  },
  'read-documentation': { description: 'Returns the OpenAPI document and the pages that show it' },
  'read-guide': { description: 'Returns a guide as a page' },
  'read-changes': {
    description: 'Returns the feed in position order',
    redactions: true,
    eventLog: ['Query', 'BatchGetItem'],
  },
  'wait-for-changes': {
    description: 'Returns the feed in position order, when there is something new',
    redactions: true,
    eventLog: ['Query', 'BatchGetItem'],
    holds: true,
    // It waits up to 20 s for new entries. API Gateway and CloudFront wait 30 s for its response.
    timeout: Duration.seconds(25),
    // Waiting requests can use up all executions. Without a limit of its own, it would take those of other functions.
    reservedConcurrency: 50,
  },
};

export interface ReadFunctionsOptions {
  readonly bundles: string;
  readonly eventLog: EventLog;
  readonly timelines: Timelines;
  readonly redactions: Redactions;
  readonly access: Access;
}

/** Timelines ─▶ read ─GET▶ public */
export class ReadFunctions extends Construct {
  /** By the names of their files. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;

  constructor(
    scope: Construct,
    id: string,
    { bundles, eventLog, timelines, redactions, access }: ReadFunctionsOptions,
  ) {
    super(scope, id);
    const functions: Record<string, LambdaFunction> = {};
    for (const [name, reader] of Object.entries(readers)) {
      const {
        eventLog: logActions,
        timelines: timelinesActions,
        redactions: hides,
        holds,
        writesPages,
        ...options
      } = reader;
      const handler = lambdaFunction(this, name, { bundles, ...options });
      if (logActions) bindTable(handler, eventLog, logActions);
      if (timelinesActions) bindTable(handler, timelines, timelinesActions);
      if (hides) bindTable(handler, redactions, ['Query']);
      if (holds) bindHolds(handler, access);
      if (writesPages) bindPages(handler);
      functions[name] = handler;
    }
    this.functions = functions;
  }
}
