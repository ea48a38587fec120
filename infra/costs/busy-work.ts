/** How an invocation of a function is billed and logged. */
export interface Invocation {
  /** The name of its file in `functions/`. */
  readonly name: string;
  readonly times: number;
  /**
   * Milliseconds, an estimate for a warm function: its round trips one after the other, about 5 ms each, and what it
   * computes.
   */
  readonly ms: number;
  /** The lines that it logs, besides those of Lambda and of metrics. */
  readonly lines: number;
}

/** What one of something costs, on average. */
export interface Work {
  /**
   * Read units and write units, as `test/infra/costs/consumed.test.ts` counts them by an engine, for items of up to 1
   * KB.
   */
  readonly reads: number;
  readonly writes: number;
  readonly invocations: readonly Invocation[];
  /** Requests of clients to CloudFront, and how many of them it passes on to API Gateway. */
  readonly edgeRequests?: number;
  readonly gatewayRequests?: number;
  /** Bytes of responses, compressed. */
  readonly responseBytes?: number;
  /** Bytes that functions send to receivers, with headers and the handshake of TLS. */
  readonly sentBytes?: number;
  readonly queueRequests?: number;
}

/** Events are in 5 timelines here: all, its story, its type, a place and an actor. */
const timelines = 5;
/** A page of 50 entries as JSON, compressed. */
const pageBytes = 8_000;
/** A message with the event, its headers and the handshake. */
const messageBytes = 4_000;

/** How many events are published, or messages are sent, at a time, where they come many at once. */
export const together = { events: 50, messages: 10 } as const;

/** Each event is posted, sequenced, projected and fanned out by itself. */
const eventAlone: Work = {
  // A put; a feed entry and a marker in a transaction, which costs twice; a card in each timeline and a line in two
  // lists by publication. For itself alone: the checkpoint and a head of each timeline, and the checkpoint of fan-out,
  // in transactions. One request in 16 is counted.
  writes: 1 + 4 + (timelines + 2) + (2 + 2 * timelines) + 4 + 1 / 16,
  // Its revisions and the head of the feed; the checkpoint, the feed, the revision, its marker and the heads; what
  // fan-out follows.
  reads: 2 + (4 + timelines) + 9,
  invocations: [
    { name: 'append-event', times: 1, ms: 20, lines: 0 },
    { name: 'sequence', times: 1, ms: 40, lines: 1 },
    { name: 'project', times: 1, ms: 70, lines: 1 },
    { name: 'fan-out', times: 1, ms: 50, lines: 0 },
  ],
  edgeRequests: 1,
  gatewayRequests: 1,
  responseBytes: 300,
};

/** A correction that leaves the date as it is, posted, sequenced, projected and fanned out by itself. */
const correctionAlone: Work = {
  ...eventAlone,
  // A past card and a card in each timeline; a line in both logs of corrections, and two in both lists by publication.
  writes: 1 + 4 + (2 * timelines + 2 + 4) + (2 + 2 * timelines) + 4 + 1 / 16,
  // The event, when it is posted; the revision before too, when it is sequenced and projected; who received it.
  reads: 1 + 4 + (5 + timelines) + (9 + 1),
  invocations: [
    { name: 'correct-event', times: 1, ms: 30, lines: 0 },
    ...eventAlone.invocations.filter(({ name }) => name !== 'append-event'),
  ],
};

const share = 1 / together.events;

/** Events are posted in batches of fifty, or come so quickly that fifty are published at a time. */
const eventInBatch: Work = {
  // What the events of a batch share is written once. The batch reserves its events, and is counted.
  writes: 1 + 4 + (timelines + 2) + share * (2 + 2 * timelines + 4 + 2),
  // Fifty feed entries are more than the 4 KB of one unit.
  reads: 1 + 2 + share * (1 + (8 + timelines) + 13),
  invocations: [
    { name: 'append-event', times: share, ms: 150, lines: 0 },
    { name: 'sequence', times: share, ms: 150, lines: together.events },
    { name: 'project', times: share, ms: 300, lines: together.events },
    { name: 'fan-out', times: share, ms: 60, lines: 0 },
  ],
  edgeRequests: share,
  gatewayRequests: share,
  responseBytes: 300,
};

const pageFromCache: Work = { reads: 0, writes: 0, invocations: [], edgeRequests: 1, responseBytes: pageBytes };

const page: Work = {
  ...pageFromCache,
  // test/functions/read/timeline/page-costs.test.ts.
  reads: 5,
  invocations: [{ name: 'read-timeline', times: 1, ms: 40, lines: 0 }],
  gatewayRequests: 1,
};

/**
 * The units of a worker that sends some messages to one endpoint: its lease, its state, its secrets, and each message.
 */
const worker = {
  writes: (messages: number) => 4 + 5 * messages,
  reads: (messages: number) => 8 + 3 * messages,
};

function message(atOnce: number): Work {
  const each = 1 / atOnce;
  return {
    // Fan-out writes the delivery and its recipient, and that the endpoint is due.
    writes: 2 + each * (1 + worker.writes(atOnce)),
    reads: each * worker.reads(atOnce),
    // The receiver takes 100 ms to answer.
    invocations: [{ name: 'deliver', times: each, ms: 100 + 150 * atOnce, lines: atOnce }],
    // A wake is sent, received and deleted.
    queueRequests: 3 * each,
    sentBytes: messageBytes,
  };
}

/** What is done for one of these, by what completes "a million …". Events are without the messages that they cause. */
export const busyWork: Readonly<Record<string, Work>> = {
  'events, each alone': eventAlone,
  [`events, ${together.events} at a time`]: eventInBatch,
  'corrections, each alone': correctionAlone,
  'pages of 50 entries from the cache': pageFromCache,
  'pages of 50 entries, each read anew': page,
  'messages to endpoints, each alone': message(1),
  [`messages to endpoints, ${together.messages} at a time`]: message(together.messages),
};

/** Bytes in tables for each event of up to 1 KB as stored, with what DynamoDB adds to each item. */
export const storedBytes = { EventLog: 1_800, Timelines: 4_700 } as const;
