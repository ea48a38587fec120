import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { Chance } from '../../../test/support/models/chance.ts';
import {
  type Reaction,
  type Received,
  type Receiver,
  reactions,
  startReceiver,
} from '../../../test/support/receivers/receiver.ts';
import type { Change } from '../checks/check-record.ts';
import type { Findings } from '../checks/findings.ts';
import type { ReceiverWeather } from '../faults/weather.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import { type Answer, askOnce, insist, NoAnswer, type Request } from './patient-client.ts';

interface Filter {
  readonly stories?: readonly string[];
}

/** A message that a receiver has accepted. */
interface Accepted {
  readonly position: number;
  readonly eventId: string;
  readonly revision: number;
}

/** An endpoint as its newsroom knows it. */
interface KnownEndpoint {
  readonly id: string;
  readonly secret: string;
  /** Its filter, and those that it had before. */
  readonly filters: Filter[];
  /** The first position that it must get. */
  readonly from: number;
  readonly accepted: Accepted[];
  /** When it was deleted, in epoch milliseconds. */
  deletedAt?: number;
}

/** A newsroom with endpoints, whose receivers fail as the weather says. */
export interface Subscriber {
  readonly endpoints: ReadonlyMap<string, KnownEndpoint>;
  /** Changes its endpoints until it is to stop. */
  work(goOn: () => Promise<boolean>, pauseMs: number): Promise<void>;
  /** How many messages were accepted. */
  accepted(): number;
  stop(): Promise<void>;
}

interface Settings {
  readonly url: string;
  readonly key: string;
  readonly stories: ReadonlySet<string>;
  readonly luck: Chance;
  readonly weather: ReceiverWeather;
  readonly findings: Findings;
}

const mostEndpoints = 6;
/** Later endpoints begin with so many of the last positions, since all of them together are sent for each endpoint. */
const recentPositions = 100;
const endpointsPath = '/v1/webhook-endpoints';
/** A worker that had begun when an endpoint was deleted has ended by then. */
const lastMessageMs = 45_000;

const failures: readonly Reaction[] = [500, 503, reactions.resets, reactions.hangsUp, reactions.answersAfter(3_500)];

/** Whether a message carries the signature of its secret. Its timestamp may be that of a clock that was off. */
function isSigned(secret: string, headers: Readonly<Record<string, unknown>>, text: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
  const expected = new Webhook(secret).sign(String(id), new Date(Number(timestamp) * 1_000), text);
  return String(signature).split(' ').includes(expected);
}

/** Starts the receivers of a newsroom. */
export async function startSubscriber({ url, key, stories, luck, weather, findings }: Settings): Promise<Subscriber> {
  const receiver: Receiver = await startReceiver();
  const { origin } = new URL(receiver.url);
  const endpoints = new Map<string, KnownEndpoint>();
  /** What came to a path before it was known which endpoint that is: the answer that says so may be late. */
  const early = new Map<string, Received[]>();
  let made = 0;
  let count = 0;

  function accept(endpoint: KnownEndpoint, { body, headers, text }: Received): void {
    count++;
    const at = Date.now();
    if (!isSigned(endpoint.secret, headers, text))
      findings.add('messageOrder', `A message of ${endpoint.id} is not signed.`);
    if (endpoint.deletedAt !== undefined && at > endpoint.deletedAt + lastMessageMs)
      findings.add('messageOrder', `${endpoint.id} got position ${body.position} long after it was deleted.`);
    endpoint.accepted.push({ position: body.position, eventId: body.eventid, revision: body.revision });
  }

  receiver.otherwise((request, response) => {
    receiver.received.length = 0;
    const { body, path } = request;
    if (luck.so(weather.failing)) {
      const failure = luck.of(failures);
      return typeof failure === 'number' ? response.writeHead(failure).end() : failure(request, response);
    }
    if (body?.position !== undefined) {
      const endpoint = endpoints.get(path);
      if (endpoint) accept(endpoint, request);
      else early.set(path, [...(early.get(path) ?? []), request]);
    }
    return reactions.takes(request, response);
  });

  const send = (request: Omit<Request, 'key'>) => insist(url, { key, ...request });
  const open = () => [...endpoints.values()].filter(({ deletedAt }) => deletedAt === undefined);
  const anyFilter = (): Filter => (luck.so(0.4) || stories.size === 0 ? {} : { stories: [luck.of([...stories])] });
  const unexpected = (what: string, { status, text }: Answer) =>
    findings.add('input', `${what} was answered ${status}: ${text.slice(0, 200)}`);

  async function create(): Promise<void> {
    if (open().length >= mostEndpoints) return;
    const filter = anyFilter();
    const head = await insist(url, { method: 'GET', path: '/v1/changes?limit=1' });
    const startAt = luck.of([made < 2 ? 'beginning' : Math.max(1, head.body.head - recentPositions), 'now']);
    const path = `/endpoint-${++made}`;
    const body = { url: origin + path, filter, startAt };
    // It is not sent again: that would make a second one, and the secret of the first is unknown then.
    const answer = await askOnce(url, { method: 'POST', path: endpointsPath, body, key });
    if (answer?.status !== 201) {
      if (answer && answer.status < 500 && answer.status !== 429) unexpected('A new endpoint', answer);
      return;
    }
    const { id, secret, settledThrough } = answer.body;
    if (typeof startAt === 'number' && settledThrough !== startAt - 1)
      findings.add('messages', `${id} begins after position ${settledThrough}, and should at ${startAt}.`);
    const endpoint = { id, secret, filters: [filter], from: settledThrough + 1, accepted: [] };
    endpoints.set(path, endpoint);
    for (const message of early.get(path) ?? []) accept(endpoint, message);
  }

  async function change(): Promise<void> {
    const endpoint = luck.of(open());
    if (!endpoint) return;
    const filter = anyFilter();
    endpoint.filters.push(filter);
    const answer = await send({ method: 'PATCH', path: `${endpointsPath}/${endpoint.id}`, body: { filter } });
    if (answer.status !== 200) unexpected(`The change of ${endpoint.id}`, answer);
  }

  async function pause(): Promise<void> {
    const endpoint = luck.of(open());
    if (!endpoint) return;
    const path = `${endpointsPath}/${endpoint.id}`;
    const disabled = await send({ method: 'POST', path: `${path}/disable` });
    // One that is not verified yet, or is disabled already.
    if (![200, 409].includes(disabled.status)) unexpected(`To disable ${endpoint.id}`, disabled);
    await delay(luck.below(1_000));
    const enabled = await send({ method: 'POST', path: `${path}/enable` });
    if (![200, 202, 409].includes(enabled.status)) unexpected(`To enable ${endpoint.id}`, enabled);
  }

  async function remove(): Promise<void> {
    const endpoint = luck.of(open());
    if (!endpoint || open().length < 3) return;
    const answer = await send({ method: 'DELETE', path: `${endpointsPath}/${endpoint.id}` });
    // It is gone already if an attempt before this one has deleted it.
    const isGone = answer.status === 404 && answer.attempts > 1;
    if (![200, 204].includes(answer.status) && !isGone) unexpected(`To delete ${endpoint.id}`, answer);
    endpoint.deletedAt = Date.now();
  }

  const things = [create, create, change, pause, remove];
  return {
    endpoints,
    accepted: () => count,
    async work(goOn, pauseMs) {
      while (await goOn()) {
        await luck
          .of(things)()
          .catch((error) => {
            if (!(error instanceof NoAnswer)) throw error;
            findings.add('stopped', error.message);
          });
        await delay(luck.below(pauseMs));
      }
    },
    stop: () => receiver.stop(),
  };
}

const isMatch = ({ stories }: Filter, eventStories: readonly string[] | undefined) =>
  stories === undefined || stories.some((story) => eventStories?.includes(story));

/** The positions that an endpoint must get and has not got. */
function missingAt(
  { filters, from, accepted }: KnownEndpoint,
  feed: readonly Change[],
  known: Acknowledgements,
): number[] {
  const got = new Set(accepted.map(({ position }) => position));
  // What was retracted or taken down before it was sent is not sent.
  const withdrawn = new Set(
    [...known.events.values()]
      .filter(({ isRedacted, revisions }) => isRedacted || revisions.at(-1)?.kind === 'retracted')
      .map(({ id }) => id),
  );
  return feed
    .filter(({ id, position, change }) => {
      const event = known.events.get(id);
      if (!event || position < from || got.has(position)) return false;
      if (withdrawn.has(id) && change !== 'retracted' && change !== 'redacted') return false;
      return filters.every((filter) => isMatch(filter, event.stories));
    })
    .map(({ position }) => position);
}

/** The endpoints that have not got everything yet, and how many messages they lack. */
export function unfinished(
  subscriber: Subscriber,
  feed: readonly Change[],
  known: Acknowledgements,
): Map<string, number[]> {
  const open = [...subscriber.endpoints.values()].filter(({ deletedAt }) => deletedAt === undefined);
  return new Map(
    open
      .map((endpoint) => [endpoint.id, missingAt(endpoint, feed, known)] as const)
      .filter(([, missing]) => missing.length > 0),
  );
}

/** Checks what receivers have got against the feed: everything, once it is finished, and in order. */
export function checkMessages(
  subscriber: Subscriber,
  feed: readonly Change[],
  known: Acknowledgements,
  findings: Findings,
): void {
  for (const [id, missing] of unfinished(subscriber, feed, known))
    for (const position of missing) findings.add('messages', `${id} did not get position ${position}.`);
  for (const { id, accepted, filters } of subscriber.endpoints.values()) {
    const first = [...new Set(accepted.map(({ position }) => position))];
    const late = first.find((position, index) => position < (first[index - 1] ?? 0));
    if (late !== undefined)
      findings.add('messageOrder', `${id} got position ${late} after position ${first[first.indexOf(late) - 1]}.`);
    for (const { position, eventId, revision } of accepted) {
      const change = feed[position - 1];
      if (change?.id !== eventId || change.revision !== revision)
        findings.add(
          'messageOrder',
          `${id} got revision ${revision} of ${eventId} at position ${position}, where it is not.`,
        );
      const stories = known.events.get(eventId)?.stories;
      if (stories && !filters.some((filter) => isMatch(filter, stories)))
        findings.add('messages', `${id} got position ${position}, which none of its filters matches.`);
    }
  }
}
