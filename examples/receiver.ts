/**
 * A receiver of webhooks that keeps a copy of a timeline: it verifies what comes, applies it once and in order, and asks for
 * what it missed. Of packages it needs `standardwebhooks` only.
 *
 *   npm run --silent receiver -- --filter '{"stories":["karabakh-2020"]}'
 *
 * registers itself at the local system, unless receiver-state.json or ENDPOINT_ID and ENDPOINT_SECRET name an endpoint. The key,
 * with the scope webhooks:manage, comes in TIMELINE_KEY, or from .timeline/development-key.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

const maximumBodyBytes = 1_048_576;

/** One message, as far as this receiver looks at it. */
interface Message {
  readonly id: string;
  readonly eventid: string;
  readonly change: 'recorded' | 'corrected' | 'retracted';
  readonly revision: number;
  readonly position: number;
  /** Absent on the first; and, where messages are asked for, on what was not sent yet. */
  readonly previousposition?: number;
  readonly data: Entry;
}

interface Entry {
  readonly when?: { readonly edtf: string; readonly earliest: string | null };
  readonly data: { readonly headline?: string };
  readonly note?: string;
}

/** A page of what the endpoint is sent. */
interface Page {
  readonly events: readonly Message[];
  readonly next: number;
  readonly head: number;
}

/** All that must survive a restart. It is written as a whole, so that place and copy always belong together. */
interface Kept {
  endpoint: string;
  secret: string;
  /** Everything up to this position has been applied. */
  position: number;
  /** By event: the revision that was applied last, and the entry; null once it is retracted. */
  events: Record<string, { revision: number; entry: Entry | null }>;
}

const { values: options } = parseArgs({
  options: {
    api: { type: 'string', default: 'http://127.0.0.1:3000' },
    port: { type: 'string', default: '4000' },
    state: { type: 'string', default: 'receiver-state.json' },
    filter: { type: 'string', default: '{}' },
  },
});

const key = process.env.TIMELINE_KEY ?? readFileSync('.timeline/development-key', 'utf8').trim();

const kept: Kept = existsSync(options.state)
  ? JSON.parse(readFileSync(options.state, 'utf8'))
  : { endpoint: '', secret: '', position: 0, events: {} };
kept.endpoint = process.env.ENDPOINT_ID ?? kept.endpoint;
kept.secret = process.env.ENDPOINT_SECRET ?? kept.secret;

/** Renaming is atomic: whoever kills this process finds the state before or the one after, whole. */
function keep(): void {
  writeFileSync(`${options.state}.new`, JSON.stringify(kept));
  renameSync(`${options.state}.new`, options.state);
}

async function ask<Answer>(path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${options.api}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

function printTimeline(): void {
  const entries = Object.values(kept.events).flatMap(({ entry }) => (entry?.when ? [entry] : []));
  const startOf = ({ when }: Entry) => when?.earliest ?? '';
  entries.sort((one, other) => (startOf(one) < startOf(other) ? -1 : 1));
  console.log(`\nThe timeline, as of position ${kept.position}:`);
  for (const { when, data } of entries) console.log(`  ${when?.edtf.padEnd(24)} ${data.headline}`);
}

/** Applies a message, if that has not been done yet. A revision says the whole event: a later one needs no earlier one. */
function apply({ id, eventid, change, revision, position, data }: Message): void {
  const known = kept.events[eventid];
  if (!known || known.revision < revision) {
    kept.events[eventid] = { revision, entry: change === 'retracted' ? null : data };
    console.log(`${position} ${change} ${id}${data.note ? `: ${data.note}` : ''}`);
  }
  kept.position = Math.max(kept.position, position);
}

/** Asks for all that comes after what has been applied. */
async function catchUp(): Promise<void> {
  const before = kept.position;
  for (let next = kept.position, head = Number.POSITIVE_INFINITY; next < head; ) {
    const page = await ask<Page>(`/v1/webhook-endpoints/${kept.endpoint}/events?after=${next}&limit=500`);
    if (page.next === next) break;
    for (const message of page.events) apply(message);
    ({ next, head } = page);
    kept.position = Math.max(kept.position, next);
    keep();
  }
  if (kept.position > before) printTimeline();
}

/** One after another: what one message changes, the next must see. */
let last: Promise<void> = Promise.resolve();

async function take(message: Message): Promise<void> {
  // The message before it has not been here: there is a gap, in spite of filters and of what was withdrawn.
  if ((message.previousposition ?? 0) > kept.position) {
    console.log(`Position ${message.previousposition} is missing; asking for it.`);
    await catchUp();
  }
  const { revision = -1 } = kept.events[message.eventid] ?? {};
  if (revision >= message.revision) return console.log(`${message.position} again ${message.id}`);
  apply(message);
  keep();
  printTimeline();
}

/** The body as it came; null if it is longer than a message can be. What it says of its own length is not relied upon. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Not destroyed when we stop reading, for the answer is yet to go out.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maximumBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (body === null) return void response.writeHead(413, { connection: 'close' }).end();
  // The question whether messages are wanted may come before the answer that holds the secret.
  await last;
  // Over the bytes that came, before anything reads them: JSON that is written anew has another signature.
  new Webhook(kept.secret).verify(body, request.headers as Record<string, string>, { jsonParse: false });
  const message = JSON.parse(body.toString());
  if (message.type === 'webhook.verification') return void response.end(message.data.challenge);
  if (message.eventid !== undefined) {
    const turn = last.then(() => take(message));
    last = turn.catch(() => undefined);
    await turn;
  }
  response.writeHead(204).end();
}

const server = createServer((request, response) => {
  receive(request, response).catch((error: Error) => {
    // Who did not sign as agreed is told so. What is our own fault is 500: then it comes again.
    const isForeign = error instanceof WebhookVerificationError;
    if (!isForeign) console.error(error.message);
    response.writeHead(isForeign ? 401 : 500).end();
  });
});

/** Makes an endpoint if there is none yet; else asks for what came while nobody was here. */
async function begin(): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  if (kept.endpoint !== '') {
    await catchUp();
  } else {
    const filter = JSON.parse(options.filter);
    const contact = 'desk@example.org';
    const asked = { url, filter, contact, startAt: 'beginning' };
    const { id, secret } = await ask<{ id: string; secret: string }>('/v1/webhook-endpoints', asked);
    Object.assign(kept, { endpoint: id, secret });
    keep();
  }
  console.log(`Receiving for ${kept.endpoint} at ${url}`);
}

server.listen(Number(options.port), '127.0.0.1', () => {
  last = begin().catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
  });
});
