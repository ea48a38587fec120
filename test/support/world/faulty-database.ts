import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  type Attributes,
  answerByFate,
  type DatabaseAnswer,
  type DatabaseCall,
  type Fate,
  type WrittenKey,
  writtenBy,
} from './database-call.ts';
import { plainConnections } from './plain-connections.ts';

/**
 * Consistent and eventually consistent reads have tables of their own, which what is written comes to sooner or later.
 */
const views = ['consistent', 'eventual'] as const;
type ViewName = (typeof views)[number];

/** One kind of reads: what of the written items it does not see yet. */
interface View {
  isLate: (key: WrittenKey) => boolean;
  readonly held: Map<string, Write>;
}

interface Write extends WrittenKey {
  /** Null if the item was deleted. */
  readonly item: Attributes | null;
}

/** A database that fails, and that shows what was written late. */
export interface FaultyDatabase {
  readonly endpoint: string;
  /** Decides over each call from now on. */
  fateOf: (call: DatabaseCall) => Fate;
  /**
   * Holds back what is written to some keys from now on: eventually consistent reads do not see it, and with `fromAll`
   * no read does, as of a transaction that is visible in part. Writes and their conditions see everything.
   *
   * @returns shows what was held back, all of it or what a test chooses, and holds back nothing more
   */
  hide(
    isLate: (key: WrittenKey) => boolean,
    fromAll: boolean,
  ): (isShown?: (key: WrittenKey) => boolean) => Promise<void>;
  stop(): Promise<void>;
}

const target = 'x-amz-target';
const always = () => true;
const never = () => false;
const nameOf = ({ table, pk, sk }: WrittenKey) => `${table} ${pk} ${sk}`;
const viewTable = (table: string, view: ViewName) => `${table}.${view}`;

/** A read of the tables of a view instead. */
function readOfView({ operation, input }: DatabaseCall): unknown {
  const viewOf = ({ ConsistentRead }: { ConsistentRead?: boolean }) => (ConsistentRead ? 'consistent' : 'eventual');
  if (operation !== 'BatchGetItem') return { ...input, TableName: viewTable(input.TableName, viewOf(input)) };
  const requests = Object.entries<{ ConsistentRead?: boolean }>(input.RequestItems);
  return {
    ...input,
    RequestItems: Object.fromEntries(requests.map(([table, keys]) => [viewTable(table, viewOf(keys)), keys])),
  };
}

/** An answer about the tables of views as one about the tables. */
const withoutViews = (answer: string) => answer.replaceAll(/"(\w+)\.(?:consistent|eventual)"/g, '"$1"');

/**
 * Puts a proxy before a DynamoDB engine that speaks its protocol. Every write is carried out by the engine at once.
 * Reads see copies of the tables, which a test lets lag behind.
 */
export async function startFaultyDatabase(engine: string): Promise<FaultyDatabase> {
  const { hostname, port } = new URL(engine);
  const connections = plainConnections(hostname, Number(port));
  const known = Object.fromEntries(
    views.map((name) => [name, { isLate: never, held: new Map() }]),
  ) as unknown as Record<ViewName, View>;
  let headers: Record<string, string> = {};
  let turn: Promise<unknown> = Promise.resolve();

  async function ask(operation: string, input: unknown): Promise<DatabaseAnswer> {
    const operationHeaders = {
      ...headers,
      host: `${hostname}:${port}`,
      [target]: `DynamoDB_20120810.${operation}`,
      'content-type': 'application/x-amz-json-1.0',
    };
    const body = Buffer.from(JSON.stringify(input));
    const response = await connections.post({ ...operationHeaders, 'content-length': String(body.length) }, body);
    return { status: response.statusCode, answer: response.body.toString() };
  }

  async function show(view: ViewName, { table, pk, sk, item }: Write): Promise<void> {
    const TableName = viewTable(table, view);
    if (item) await ask('PutItem', { TableName, Item: item });
    else await ask('DeleteItem', { TableName, Key: { pk: { S: pk }, sk: { S: sk } } });
  }

  /** Lets the views see what was written, now or when a test says so. */
  async function pass(key: WrittenKey): Promise<void> {
    const { answer } = await ask('GetItem', {
      TableName: key.table,
      Key: { pk: { S: key.pk }, sk: { S: key.sk } },
      ConsistentRead: true,
    });
    const write: Write = { ...key, item: JSON.parse(answer).Item ?? null };
    for (const view of views) {
      const { isLate, held } = known[view];
      if (isLate(key)) held.set(nameOf(key), write);
      else await show(view, write);
    }
  }

  async function write(call: DatabaseCall): Promise<DatabaseAnswer> {
    const result = await ask(call.operation, call.input);
    if (result.status === 200) for (const key of writtenBy(call)) await pass(key);
    return result;
  }

  async function carryOut(call: DatabaseCall): Promise<DatabaseAnswer> {
    const { operation, input } = call;
    if (operation === 'CreateTable' || operation === 'DeleteTable') {
      for (const view of views) {
        await ask(operation, { ...input, TableName: viewTable(input.TableName, view) });
        for (const [name, { table }] of known[view].held) if (table === input.TableName) known[view].held.delete(name);
      }
      return ask(operation, input);
    }
    if (['GetItem', 'BatchGetItem', 'Query', 'Scan'].includes(operation)) {
      const result = await ask(operation, readOfView(call));
      return { ...result, answer: withoutViews(result.answer) };
    }
    if (writtenBy(call).length === 0) return ask(operation, input);
    // One after the other, so that the last write of a key is the last that is seen.
    const written = turn.then(() => write(call));
    turn = written.catch(() => {});
    return written;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    headers = {
      authorization: String(request.headers.authorization),
      'x-amz-date': String(request.headers['x-amz-date']),
    };
    const call: DatabaseCall = {
      operation: String(request.headers[target]).split('.')[1] ?? '',
      input: JSON.parse(body.toString()),
    };
    await answerByFate(database.fateOf(call), call, carryOut, request, response);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const database: FaultyDatabase = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fateOf: () => ({}),
    hide(isLate, fromAll) {
      const late = fromAll ? views : (['eventual'] as const);
      for (const view of late) known[view].isLate = isLate;
      return async (isShown = always) => {
        if (isShown === always) for (const view of late) known[view].isLate = never;
        for (const view of late) {
          for (const [name, held] of [...known[view].held]) {
            if (!isShown(held)) continue;
            known[view].held.delete(name);
            await show(view, held);
          }
        }
      };
    },
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
  return database;
}
