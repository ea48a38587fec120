/**
 * A receiver of webhooks that keeps a copy of a timeline. It verifies each message, applies it once and in order, and
 * reads messages that it missed. Its only package is `standardwebhooks`.
 *
 *   npm run --silent receiver -- --filter '{"stories":["karabakh-2020"]}'
 *
 * It registers an endpoint at the local system, unless receiver-state.json or the variables ENDPOINT_ID and
 * ENDPOINT_SECRET name one. The API key needs the scope webhooks:manage. It is taken from TIMELINE_KEY or
 * .timeline/development-key.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

const maximumBodyBytes = 1_048_576;

/** The fields of a message that this receiver uses. */
interface Message {
  readonly id: string;
  readonly eventid: string;
  readonly change: 'recorded' | 'corrected' | 'retracted' | 'unlisted' | 'transferred' | 'redacted';
  readonly revision: number;
  readonly position: number;
  /** Absent in the first message, and in a message that is read before it was sent. */
  readonly previousposition?: number;
  readonly data: Entry;
}

interface Entry {
  readonly when?: { readonly edtf: string; readonly earliest: string | null };
  readonly data: { readonly headline?: string };
  readonly note?: string;
  /** What was taken down: some revisions, or the whole event if none are named. */
  readonly redaction?: { readonly revisions?: readonly number[] };
}

/** A page of the messages of the endpoint. */
interface Page {
  readonly events: readonly Message[];
  readonly next: number;
  readonly head: number;
}

/** The state that survives a restart. It is written as a whole, so that position and copy always agree. */
interface Kept {
  endpoint: string;
  secret: string;
  /** Everything up to this position has been applied. */
  position: number;
  /**
   * By event: the last applied revision, and its entry, which is null if the event was retracted or taken down. Of an
   * event that was taken down only the note stays, which says why.
   */
  events: Record<string, { revision: number; entry: Entry | null; note?: string }>;
}

const { values: options } = parseArgs({
  options: {
    api: { type: 'string', default: 'http://127.0.0.1:3000' },
    port: { type: 'string', default: '4000' },
    state: { type: 'string', default: 'receiver-state.json' },
    filter: { type: 'string', default: '{}' },
  },
});

const keyFile = '.timeline/development-key';

function readKey(): string {
  if (process.env.TIMELINE_KEY) return process.env.TIMELINE_KEY;
  if (existsSync(keyFile)) return readFileSync(keyFile, 'utf8').trim();
  console.error(
    'There is no API key. Run npm start first, or set TIMELINE_KEY to a key with the scope webhooks:manage.',
  );
  process.exit(1);
}

const key = readKey();

const kept: Kept = existsSync(options.state)
  ? JSON.parse(readFileSync(options.state, 'utf8'))
  : { endpoint: '', secret: '', position: 0, events: {} };
kept.endpoint = process.env.ENDPOINT_ID ?? kept.endpoint;
kept.secret = process.env.ENDPOINT_SECRET ?? kept.secret;

/** Renaming is atomic: if this process is killed, the file has the old state or the new one. */
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
  entries.sort((left, right) => (startOf(left) < startOf(right) ? -1 : 1));
  console.log(`\nThe timeline, as of position ${kept.position}:`);
  for (const { when, data } of entries) console.log(`  ${when?.edtf.padEnd(24)} ${data.headline}`);
}

/** Whether a message says that nothing of its event stays: not even what earlier messages said of it may be kept. */
const isTakenDown = ({ change, data }: Message) => change === 'redacted' && data.redaction?.revisions === undefined;

/**
 * Applies a message, unless it was applied before. A revision has the whole event, so it does not need earlier ones.
 * This copy has one revision of each event, so a redaction of some revisions replaces it as a correction does. A copy
 * of all revisions must erase those that `redaction.revisions` names, in backups and search indexes too.
 */
function apply(message: Message): void {
  const { id, eventid, change, revision, position, data } = message;
  const known = kept.events[eventid];
  if (!known || known.revision < revision) {
    const isGone = change === 'retracted' || isTakenDown(message);
    const note = isTakenDown(message) ? data.note : undefined;
    kept.events[eventid] = { revision, entry: isGone ? null : data, ...(note !== undefined && { note }) };
    console.log(`${position} ${change} ${id}${data.note ? `: ${data.note}` : ''}`);
  }
  kept.position = Math.max(kept.position, position);
}

/** Reads all messages after the last applied one. */
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

/** Messages are applied one after another, since each must see the changes of the one before. */
let last: Promise<void> = Promise.resolve();

async function take(message: Message): Promise<void> {
  // If the message before this one did not arrive, read it. `previousposition` already skips filtered and withdrawn
  // messages.
  if ((message.previousposition ?? 0) > kept.position) {
    console.log(`Position ${message.previousposition} is missing. Reading it.`);
    await catchUp();
  }
  const { revision = -1 } = kept.events[message.eventid] ?? {};
  if (revision >= message.revision) return console.log(`${message.position} again ${message.id}`);
  apply(message);
  keep();
  printTimeline();
}

/** The bytes of the body; null if it is longer than a message can be. Content-Length is not trusted. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The request must not be destroyed when reading stops, since the response is not sent yet.
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
  // The verification request may arrive before the response to the registration, which has the secret.
  await last;
  // Verify the bytes as they arrived, before parsing. JSON that is parsed and written again has another signature.
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
    // 401 for a wrong signature. 500 for an error of this program, so that the message is sent again.
    const isBadSignature = error instanceof WebhookVerificationError;
    if (!isBadSignature) console.error(error.message);
    response.writeHead(isBadSignature ? 401 : 500).end();
  });
});

/** Registers an endpoint if there is none yet. Otherwise it reads the messages that were missed. */
async function begin(): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  if (kept.endpoint !== '') {
    await catchUp();
  } else {
    const filter = JSON.parse(options.filter);
    const registration = { url, filter, startAt: 'beginning' };
    const { id, secret } = await ask<{ id: string; secret: string }>('/v1/webhook-endpoints', registration);
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
