import { InvalidInput, TooLarge } from '../../../events/input/errors.ts';
import { jsonBody } from '../http/json-body.ts';
import { mediaTypeOf } from '../http/media-type.ts';
import type { Request } from '../http/request.ts';
import { attributesOf, isBinaryMode } from './binary-mode.ts';

/** One event of a request, not validated yet. `pointer` is its place in the body, `id` that of Idempotency-Key. */
export interface Incoming {
  readonly input: unknown;
  readonly pointer: string;
  readonly id?: string;
}

export interface IncomingEvents {
  readonly events: readonly Incoming[];
  readonly batch: boolean;
  /** Whether `placeInBinaryMode` locates its errors. */
  readonly binary: boolean;
}

const plain = 'application/json';
const structured = 'application/cloudevents+json';
const batched = 'application/cloudevents-batch+json';
const accepted = [plain, structured, batched];

const maximumBatch = 100;
const maximumEventBytes = 65_536;

/** Without a comma, by which the gateway joins headers of one name: two keys would become a third. */
export const idempotencyKeyPattern = /^[\x20-\x2b\x2d-\x7e]{1,200}$/;

function idempotencyKey(request: Request, maximumLength: number): string | undefined {
  const header = 'idempotency-key';
  const key = request.headers[header];
  if (key === undefined) return undefined;
  if (idempotencyKeyPattern.test(key) && key.length <= maximumLength) return key;
  const detail = `Must be 1 to ${maximumLength} printable ASCII characters without a comma, and sent once.`;
  throw new InvalidInput([{ header, detail }]);
}

function batchOf(inputs: readonly unknown[], request: Request): IncomingEvents {
  const refuse = (detail: string) => new InvalidInput([{ pointer: '', detail }]);
  if (inputs.length === 0) throw refuse('The batch is empty.');
  if (inputs.length > maximumBatch) throw refuse(`A batch holds at most ${maximumBatch} events, not ${inputs.length}.`);
  // The index takes up to three of the 200 characters of an id.
  const key = idempotencyKey(request, 197);
  const events = inputs.map((input, index) => {
    const pointer = `/${index}`;
    assertEventFits(input, pointer);
    return { input, pointer, ...(key !== undefined && { id: `${key}/${index}` }) };
  });
  return { events, batch: true, binary: false };
}

function single(input: unknown, request: Request, binary: boolean): IncomingEvents {
  const id = idempotencyKey(request, 200);
  assertEventFits(input, '');
  return { events: [{ input, pointer: '', ...(id !== undefined && { id }) }], batch: false, binary };
}

/** @throws {TooLarge} if the event takes more than 64 KB as JSON */
export function assertEventFits(event: unknown, pointer: string): void {
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes <= maximumEventBytes) return;
  const detail = `An event holds at most ${maximumEventBytes} bytes as JSON; this one has ${bytes}.`;
  throw new TooLarge(detail, [{ pointer, detail }]);
}

/**
 * The events of a request in any of the four modes: plain JSON (an array is a batch) and the CloudEvents HTTP binding's
 * structured, batch and binary mode.
 *
 * @throws {UnsupportedMediaType} for any other media type, charset or content coding
 * @throws {TooLarge} above 1 MB a request or 64 KB an event
 * @throws {InvalidInput} if the body is not JSON, a batch is empty or has more than 100 events, or a header is invalid
 */
export function eventsOf(request: Request): IncomingEvents {
  const mediaType = mediaTypeOf(request, accepted);
  const body = jsonBody(request, accepted);
  if (mediaType === plain && isBinaryMode(request)) {
    return single({ ...attributesOf(request), data: body }, request, true);
  }
  const isArray = Array.isArray(body);
  if (mediaType === batched && !isArray) {
    throw new InvalidInput([{ pointer: '', detail: `A body of the type ${batched} must be an array of events.` }]);
  }
  if (mediaType === structured && isArray) {
    throw new InvalidInput([
      { pointer: '', detail: `A body of the type ${structured} must be one event. Send several as ${batched}.` },
    ]);
  }
  return isArray ? batchOf(body, request) : single(body, request, false);
}
