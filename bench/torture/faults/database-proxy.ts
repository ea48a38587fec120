import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from '../../../test/support/models/chance.ts';
import {
  answerByFate,
  type DatabaseAnswer,
  type DatabaseCall,
  type Fate,
  writtenBy,
} from '../../../test/support/world/database-call.ts';
import { type PlainConnections, plainConnections } from '../../../test/support/world/plain-connections.ts';
import type { Act } from './bugs.ts';
import { LateReads } from './late-reads.ts';
import { LogWrites } from './log-writes.ts';
import { StreamShards, type StreamWeather } from './stream-shards.ts';

/** How the database behaves. */
export interface DatabaseWeather {
  /** Of all calls: the share that has one of `fates`. */
  share: number;
  fates: readonly Fate[];
  /** Of the items that are written: the share that eventually consistent reads see late. */
  stale: number;
  /** Of the transactions: the share that is visible in part for a moment. */
  halfVisible: number;
  /** How long every call takes beforehand, in milliseconds, and every transaction. */
  latencyMs: { call: number; transaction: number };
  /** Nothing fails, whatever the weather: a system is starting. */
  isHeld: boolean;
}

/** A proxy before the engine, by which everything in the system reaches its tables and streams. */
export interface DatabaseProxy {
  readonly endpoint: string;
  readonly weather: DatabaseWeather;
  readonly streams: StreamWeather;
  /** What broke the rules of the log: each as a sentence. */
  readonly offences: string[];
  /** How many calls there were, and how many of them had a fate. */
  /** What was written to the log. */
  readonly logWrites: LogWrites;
  readonly counts: { calls: number; faults: number; late: number };
  /** Sends calls to an engine from now on. */
  aim(engine: string): void;
  /** Asks the engine itself: nothing interferes. */
  ask(operation: string, input: unknown): Promise<DatabaseAnswer>;
  stop(): Promise<void>;
}

const staleMs = 1_500;
const halfVisibleMs = 60;
const target = 'x-amz-target';
const reads = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);
/** What a system asks when it starts. It gives up where these fail. */
const neverFaulty = new Set(['CreateTable', 'DescribeTable', 'ListTables', 'UpdateTable', 'UpdateTimeToLive']);

const own = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
  'x-amz-date': '20200101T000000Z',
};

/**
 * What a write does to the log that only the eraser may do: it may update, and nothing else; every put must be of
 * something new.
 */
function offencesIn({ operation, input }: DatabaseCall): string[] {
  const isLog = (name: string | undefined) => name?.startsWith('EventLog') === true;
  const one = (kind: string, { TableName, ConditionExpression = '' }: DatabaseCall['input']): string[] => {
    if (!isLog(TableName)) return [];
    if (kind === 'Delete') return ['An item of the log was deleted.'];
    if (kind === 'Put' && !/attribute_not_exists\(pk\)/.test(ConditionExpression)) return ['The log was overwritten.'];
    if (kind === 'Update' && !/^(REMOVE|SET)/i.test(input.UpdateExpression ?? '')) return ['The log was updated.'];
    return [];
  };
  if (operation === 'PutItem') return one('Put', input);
  if (operation === 'DeleteItem') return one('Delete', input);
  if (operation === 'BatchWriteItem')
    return Object.keys(input.RequestItems).some(isLog) ? ['The log was overwritten.'] : [];
  if (operation !== 'TransactWriteItems') return [];
  return input.TransactItems.flatMap((item: DatabaseCall['input']) =>
    Object.entries(item).flatMap(([kind, write]) => (kind === 'ConditionCheck' ? [] : one(kind, write))),
  );
}

/** Starts the proxy on a free port. @param bugs what it does wrong on purpose, to see whether it is found */
export async function startDatabaseProxy(luck: Chance, bugs: readonly Act[]): Promise<DatabaseProxy> {
  let connections: PlainConnections | undefined;
  let host = '';
  const late = new LateReads();

  async function send(request: string, input: unknown, headers: Record<string, string> = own): Promise<DatabaseAnswer> {
    if (!connections) throw new Error('There is no engine.');
    const body = Buffer.from(JSON.stringify(input));
    const answer = await connections.post(
      {
        ...headers,
        host,
        [target]: request,
        'content-type': 'application/x-amz-json-1.0',
        'content-length': String(body.length),
      },
      body,
    );
    return { status: answer.statusCode, answer: answer.body.toString() };
  }

  const askDatabase = (operation: string, input: unknown) => send(`DynamoDB_20120810.${operation}`, input);
  const shards = new StreamShards(luck, (operation, input) => send(`DynamoDBStreams_20120810.${operation}`, input));

  /** A write that some reads see late. */
  async function writeLate(call: DatabaseCall): Promise<DatabaseAnswer> {
    const { stale, halfVisible } = database.weather;
    const isPartly = call.operation === 'TransactWriteItems' && luck.so(halfVisible);
    const keys = writtenBy(call).filter(() => luck.so(isPartly ? 0.5 : stale));
    const before = await Promise.all(
      keys.map(async ({ table, pk, sk }) => {
        const asked = { TableName: table, Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true };
        return JSON.parse((await askDatabase('GetItem', asked)).answer).Item ?? null;
      }),
    );
    const shown = keys.map((key, index) => late.show(key, before[index], isPartly));
    const show = () => {
      for (const end of shown) end();
    };
    try {
      const result = await carryOut(call);
      database.counts.late += keys.length;
      if (isPartly) await delay(halfVisibleMs);
      if (isPartly || result.status !== 200) show();
      else setTimeout(show, luck.below(staleMs)).unref();
      return result;
    } catch (error) {
      show();
      throw error;
    }
  }

  async function carryOut(call: DatabaseCall): Promise<DatabaseAnswer> {
    for (const bug of bugs) {
      const answer = await bug(call, askDatabase);
      if (answer) return answer;
    }
    const result = await askDatabase(call.operation, call.input);
    if (result.status !== 200 || !reads.has(call.operation)) return result;
    return { ...result, answer: late.answerOf(call, result.answer) };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [service = '', operation = ''] = String(request.headers[target]).split('.');
    const call: DatabaseCall = { operation, input: JSON.parse((await buffer(request)).toString()) };
    database.counts.calls++;
    const { latencyMs } = database.weather;
    const pauseMs = operation === 'TransactWriteItems' ? latencyMs.transaction : latencyMs.call;
    if (pauseMs > 0) await delay(pauseMs);
    if (service.startsWith('DynamoDBStreams')) {
      const { status, answer } = await shards.answer(operation, call.input);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer);
      return;
    }
    database.offences.push(...offencesIn(call));
    database.logWrites.note(call);
    const { share, fates, stale, halfVisible, isHeld } = database.weather;
    const isFaulty = !isHeld && !neverFaulty.has(operation) && fates.length > 0 && luck.so(share);
    const fate = isFaulty ? luck.of(fates) : {};
    if (isFaulty) database.counts.faults++;
    const isWrite = !reads.has(operation) && (stale > 0 || halfVisible > 0);
    await answerByFate(fate, call, isWrite ? writeLate : carryOut, request, response);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const database: DatabaseProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    weather: { share: 0, fates: [], stale: 0, halfVisible: 0, latencyMs: { call: 0, transaction: 0 }, isHeld: false },
    streams: shards.weather,
    offences: [],
    logWrites: new LogWrites(),
    counts: { calls: 0, faults: 0, late: 0 },
    aim(engine) {
      const { hostname, port } = new URL(engine);
      host = `${hostname}:${port}`;
      connections = plainConnections(hostname, Number(port));
      late.clear();
    },
    ask: askDatabase,
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
  return database;
}
