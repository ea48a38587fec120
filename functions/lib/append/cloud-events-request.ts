import { InvalidInput } from '../../../events/input/errors.ts';
import {
  assertBatchSize,
  assertEventSize,
  maximumBatchEvents,
  maximumEventIdentifierLength,
} from '../../../events/input/limits.ts';
import { jsonBody, mediaTypeOf } from '../http/json-body.ts';
import type { Request } from '../http/request.ts';
import { attributesOf, isBinaryMode } from './binary-mode.ts';

/**
 * An event of a request, not validated yet. `pointer` is its place in the body, and `id` comes from Idempotency-Key.
 */
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

/** In a batch, the id of an event is the key and `/<index>`. */
const longestIndexSuffix = `/${maximumBatchEvents - 1}`.length;

/** A comma is not allowed: the gateway joins headers of one name with commas, so two keys would become a third one. */
export const idempotencyKeyPattern = new RegExp(`^[\\x20-\\x2b\\x2d-\\x7e]{1,${maximumEventIdentifierLength}}$`);

function idempotencyKey(request: Request, maximumLength: number): string | undefined {
  const header = 'idempotency-key';
  const key = request.headers[header];
  if (key === undefined) return undefined;
  if (idempotencyKeyPattern.test(key) && key.length <= maximumLength) return key;
  const detail = `Must be 1 to ${maximumLength} printable ASCII characters without a comma, and sent once.`;
  throw new InvalidInput([{ header, detail }]);
}

function batchOf(inputs: readonly unknown[], request: Request): IncomingEvents {
  assertBatchSize(inputs.length);
  const key = idempotencyKey(request, maximumEventIdentifierLength - longestIndexSuffix);
  const events = inputs.map((input, index) => {
    const pointer = `/${index}`;
    assertEventSize(input, { pointer });
    return { input, pointer, ...(key !== undefined && { id: `${key}/${index}` }) };
  });
  return { events, batch: true, binary: false };
}

function single(input: unknown, request: Request, binary: boolean): IncomingEvents {
  const id = idempotencyKey(request, maximumEventIdentifierLength);
  assertEventSize(input, { pointer: '' });
  return { events: [{ input, pointer: '', ...(id !== undefined && { id }) }], batch: false, binary };
}

/**
 * The events of a request in any of four modes: plain JSON, in which an array is a batch, and the structured, batch and
 * binary modes of the CloudEvents HTTP binding.
 *
 * @throws {UnsupportedMediaType} for any other media type, charset or content coding
 * @throws {TooLarge} if the request or an event is too large
 * @throws {InvalidInput} if the body is not JSON, a batch is empty or has too many events, or a header is invalid
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
