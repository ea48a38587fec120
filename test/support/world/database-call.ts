import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from '../models/chance.ts';

export type Attributes = Record<string, { readonly S?: string }>;

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
  /**
   * The error that the caller is answered; `cut`: the connection ends without an answer; `truncated`: it ends within
   * the answer; `unprocessed`: a half of the keys is left.
   */
  readonly answer?: 'cut' | 'truncated' | 'unprocessed' | 'html' | ErrorName;
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

const keyOf = (table: string, { pk, sk }: Attributes): WrittenKey => ({ table, pk: pk?.S ?? '', sk: sk?.S ?? '' });

/** The key of the item that a statement inserts: `INSERT INTO "Table" VALUE {'pk': ?, 'sk': ?, …}`. */
function insertedBy({ Statement, Parameters }: { Statement: string; Parameters: Attributes[string][] }): WrittenKey {
  const [, table] = /^INSERT INTO "([^"]+)" VALUE /.exec(Statement) ?? [];
  if (table === undefined) throw new Error(`This statement is not known to the test: ${Statement}`);
  const names = [...Statement.matchAll(/'(\w+)': \?/g)].map(([, name]) => name);
  return keyOf(table, Object.fromEntries(names.map((name, index) => [name, Parameters[index] ?? {}])));
}

/** The keys that a call writes. */
export function writtenBy({ operation, input }: DatabaseCall): WrittenKey[] {
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

/** What a call was answered: a status, and JSON as text. */
export interface DatabaseAnswer {
  readonly status: number;
  readonly answer: string;
}

/** The answer of a call that fails, as DynamoDB words it. */
function failureOf(name: ErrorName, { input }: DatabaseCall): DatabaseAnswer {
  const reasons = (input.TransactItems ?? []).map((_: unknown, index: number) => ({
    Code: index === 0 ? 'TransactionConflict' : 'None',
  }));
  const answer = {
    __type: `com.amazonaws.dynamodb.v20120810#${name}`,
    message: name,
    ...(reasons.length > 0 && { CancellationReasons: reasons }),
  };
  return { status: errorStatus[name], answer: JSON.stringify(answer) };
}

const headers = { 'content-type': 'application/x-amz-json-1.0' };

/** Answers a call as its fate says. @param carryOut asks the engine */
export async function answerByFate(
  { delayMs = 0, isDone = true, answer: given }: Fate,
  call: DatabaseCall,
  carryOut: (call: DatabaseCall) => Promise<DatabaseAnswer>,
  { socket }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (delayMs > 0) await delay(delayMs);
  if (given === 'unprocessed' && call.operation === 'BatchGetItem') {
    const { first, left } = halved(call.input);
    const result = await carryOut({ ...call, input: first });
    const UnprocessedKeys = Object.values<{ Keys: unknown[] }>(left).some(({ Keys }) => Keys.length > 0) ? left : {};
    response.writeHead(result.status).end(JSON.stringify({ ...JSON.parse(result.answer), UnprocessedKeys }));
    return;
  }
  const done = isDone ? await carryOut(call) : { status: 500, answer: '' };
  if (given === 'cut') socket.destroy();
  else if (given === 'html') response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
  else if (given === 'truncated') {
    const bytes = Buffer.from(done.answer);
    response.writeHead(done.status, { ...headers, 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2), () => socket.destroy());
  } else {
    const { status, answer } = given === undefined || given === 'unprocessed' ? done : failureOf(given, call);
    response.writeHead(status, headers).end(answer);
  }
}

/** Lets a share of all calls fail, each in one of the ways in which DynamoDB and the network fail. */
export function anyFault(luck: Chance, share: number): (call: DatabaseCall) => Fate {
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
