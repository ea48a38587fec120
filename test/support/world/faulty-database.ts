import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from '../models/chance.ts';
import { plainConnections } from './plain-connections.ts';

type Attributes = Record<string, { readonly S?: string }>;

/** A call of the DynamoDB API, such as `PutItem`. */
export interface DatabaseCall {
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any call
  readonly input: any;
}

/** What becomes of a call. The default is that it is done and answered. */
export interface Fate {
  readonly delayMs?: number;
  /** Whether the call is carried out, whatever its caller is answered. Default: true. */
  readonly isDone?: boolean;
  /** The error that the caller is answered; `cut`: the connection ends without an answer; `unprocessed`: a half of the keys is left. */
  readonly answer?: 'cut' | 'unprocessed' | 'html' | ErrorName;
}

/** The key of an item that is written. */
export interface WrittenKey {
  readonly table: string;
  readonly pk: string;
  readonly sk: string;
}

const errorStatus = {
  InternalServerError: 500,
  ServiceUnavailable: 503,
  ThrottlingException: 400,
  ProvisionedThroughputExceededException: 400,
  TransactionCanceledException: 400,
  AccessDeniedException: 400,
  ResourceNotFoundException: 400,
} as const;

type ErrorName = keyof typeof errorStatus;

/** Consistent and eventually consistent reads have tables of their own, which what is written comes to sooner or later. */
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
   * Holds back what is written to some keys from now on: eventually consistent reads do not see it, and with `fromAll` no read does, as
   * of a transaction that is visible in part. Writes and their conditions see everything.
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

const keyOf = (table: string, { pk, sk }: Attributes): WrittenKey => ({ table, pk: pk?.S ?? '', sk: sk?.S ?? '' });

/** The key of the item that a statement inserts: `INSERT INTO "Table" VALUE {'pk': ?, 'sk': ?, …}`. */
function insertedBy({ Statement, Parameters }: { Statement: string; Parameters: Attributes[string][] }): WrittenKey {
  const [, table] = /^INSERT INTO "([^"]+)" VALUE /.exec(Statement) ?? [];
  if (table === undefined) throw new Error(`This statement is not known to the test: ${Statement}`);
  const names = [...Statement.matchAll(/'(\w+)': \?/g)].map(([, name]) => name);
  return keyOf(table, Object.fromEntries(names.map((name, index) => [name, Parameters[index] ?? {}])));
}

/** The keys that a call writes. */
function writtenBy({ operation, input }: DatabaseCall): WrittenKey[] {
  if (operation === 'TransactWriteItems') {
    const writes = input.TransactItems.flatMap(
      ({ Put, Update, Delete }: DatabaseCall['input']) => Put ?? Update ?? Delete ?? [],
    );
    return writes.map(({ TableName, Item, Key }: DatabaseCall['input']) => keyOf(TableName, Item ?? Key));
  }
  if (operation === 'BatchExecuteStatement') return input.Statements.map(insertedBy);
  if (operation === 'BatchWriteItem') {
    return Object.entries<DatabaseCall['input'][]>(input.RequestItems).flatMap(([table, requests]) =>
      requests.map(({ PutRequest, DeleteRequest }) => keyOf(table, PutRequest?.Item ?? DeleteRequest.Key)),
    );
  }
  return ['PutItem', 'UpdateItem', 'DeleteItem'].includes(operation)
    ? [keyOf(input.TableName, input.Item ?? input.Key)]
    : [];
}

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

/** Takes the second half of the keys out of a read of several. */
function halved(input: DatabaseCall['input']): { first: DatabaseCall['input']; left: DatabaseCall['input'] } {
  const part = (of: (keys: unknown[]) => unknown[]) =>
    Object.fromEntries(
      Object.entries<DatabaseCall['input']>(input.RequestItems).map(([table, { Keys, ...rest }]) => [
        table,
        { ...rest, Keys: of(Keys) },
      ]),
    );
  return {
    first: { ...input, RequestItems: part((keys) => keys.slice(0, Math.ceil(keys.length / 2))) },
    left: part((keys) => keys.slice(Math.ceil(keys.length / 2))),
  };
}

/**
 * Puts a proxy before a DynamoDB engine that speaks its protocol. Every write is carried out by the engine at once. Reads see copies of
 * the tables, which a test lets lag behind.
 */
export async function startFaultyDatabase(engine: string): Promise<FaultyDatabase> {
  const { hostname, port } = new URL(engine);
  const connections = plainConnections(hostname, Number(port));
  const known = Object.fromEntries(
    views.map((name) => [name, { isLate: never, held: new Map() }]),
  ) as unknown as Record<ViewName, View>;
  let headers: Record<string, string> = {};
  let turn: Promise<unknown> = Promise.resolve();

  async function ask(operation: string, input: unknown): Promise<{ status: number; answer: string }> {
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

  async function write(call: DatabaseCall): Promise<{ status: number; answer: string }> {
    const result = await ask(call.operation, call.input);
    if (result.status === 200) for (const key of writtenBy(call)) await pass(key);
    return result;
  }

  async function carryOut(call: DatabaseCall): Promise<{ status: number; answer: string }> {
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

  function fail(response: ServerResponse, name: ErrorName, { input }: DatabaseCall): void {
    const reasons = (input.TransactItems ?? []).map((_: unknown, index: number) => ({
      Code: index === 0 ? 'TransactionConflict' : 'None',
    }));
    const body = {
      __type: `com.amazonaws.dynamodb.v20120810#${name}`,
      message: name,
      ...(reasons.length > 0 && { CancellationReasons: reasons }),
    };
    response.writeHead(errorStatus[name], { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
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
    const { delayMs = 0, isDone = true, answer: given } = database.fateOf(call);
    if (delayMs > 0) await delay(delayMs);
    if (given === 'unprocessed' && call.operation === 'BatchGetItem') {
      const { first, left } = halved(call.input);
      const result = await carryOut({ ...call, input: first });
      const UnprocessedKeys = Object.values<{ Keys: unknown[] }>(left).some(({ Keys }) => Keys.length > 0) ? left : {};
      response.writeHead(result.status).end(JSON.stringify({ ...JSON.parse(result.answer), UnprocessedKeys }));
      return;
    }
    const result = isDone ? await carryOut(call) : null;
    if (given === 'cut') request.socket.destroy();
    else if (given === 'html') response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
    else if (given !== undefined && given !== 'unprocessed') fail(response, given, call);
    else
      response.writeHead(result?.status ?? 500, { 'content-type': 'application/x-amz-json-1.0' }).end(result?.answer);
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

/** Lets a share of all calls fail, each in one of the ways in which DynamoDB and the network fail. */
export function anyFault(luck: Chance, share: number): FaultyDatabase['fateOf'] {
  return ({ operation }) => {
    if (!luck.so(share)) return {};
    const isTransaction = operation === 'TransactWriteItems';
    return luck.of<Fate>([
      { isDone: false, answer: 'cut' },
      { isDone: true, answer: 'cut' },
      { isDone: false, answer: 'InternalServerError' },
      { isDone: true, answer: 'InternalServerError' },
      {
        isDone: false,
        answer: isTransaction ? 'TransactionCanceledException' : 'ProvisionedThroughputExceededException',
      },
      { isDone: false, answer: 'ThrottlingException' },
      { answer: operation === 'BatchGetItem' ? 'unprocessed' : 'html', isDone: operation === 'BatchGetItem' },
    ]);
  };
}
