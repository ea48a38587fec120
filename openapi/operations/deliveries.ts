import * as z from 'zod';
import {
  type DeliveryAnswer,
  deliveriesAnswerSchema,
  deliveryAnswerSchema,
  deliveryWithAttemptsAnswerSchema,
} from '../../functions/lib/endpoints/delivery-answer.ts';
import {
  deliveriesQuerySchema,
  messagesQuerySchema,
  receiptsQuerySchema,
} from '../../functions/lib/endpoints/endpoint-queries.ts';
import { messagesAnswerSchema } from '../../functions/lib/endpoints/messages-answer.ts';
import { receiptsAnswerSchema } from '../../functions/lib/endpoints/receipts-answer.ts';
import { replayAnswerSchema, replaySchema } from '../../functions/lib/endpoints/replay.ts';
import { messageExamples } from '../examples.ts';
import type { Operations } from '../operation.ts';
import { json } from '../read-answers.ts';
import { replyHeaders } from '../reply-headers.ts';
import { endpointExample } from './endpoints.ts';

const tag = 'Deliveries';
const query = z.strictObject({});
const headers = z.object({ Link: replyHeaders.Link });

const { corrected } = messageExamples;

const deliveryExample: DeliveryAnswer = {
  position: corrected.position,
  id: corrected.id,
  eventId: corrected.eventid,
  revision: corrected.revision,
  change: corrected.change,
  type: corrected.type,
  story: corrected.subject,
  publishedAt: corrected.time,
  status: 'acknowledged',
  previousPosition: corrected.previousposition ?? null,
  tries: 2,
  queuedAt: '2026-11-22T11:00:00.412Z',
  startedAt: '2026-11-22T11:00:00.530Z',
  settledAt: '2026-11-22T11:00:05.871Z',
};

const attempts = [
  { at: deliveryExample.startedAt, status: null, error: 'connection_error', durationMs: 12, answer: null },
  { at: '2026-11-22T11:00:05.802Z', status: 204, error: null, durationMs: 48, answer: '' },
];

/** The routes that tell what was sent to endpoints, and send it again. */
export const deliveries: Operations = {
  'GET /v1/webhook-endpoints/{endpoint}/deliveries': {
    operationId: 'listDeliveries',
    tag,
    summary: 'List the deliveries to an endpoint',
    description:
      'What was queued for the endpoint, and what became of it. A page may hold fewer than asked for, even none, and still have a cursor.',
    query: deliveriesQuerySchema,
    answers: {
      '200': {
        description: 'A page of deliveries.',
        headers,
        content: json(deliveriesAnswerSchema, { deliveries: [deliveryExample], nextCursor: null }),
      },
    },
    problems: ['invalidInput', 'notFound'],
  },
  'GET /v1/webhook-endpoints/{endpoint}/deliveries/{position}': {
    operationId: 'readDelivery',
    tag,
    summary: 'Read a delivery and its attempts',
    description: 'One delivery with each attempt at it, and how each was answered.',
    query,
    answers: {
      '200': {
        description: 'The delivery.',
        content: json(deliveryWithAttemptsAnswerSchema, { ...deliveryExample, attempts }),
      },
    },
    problems: ['invalidInput', 'notFound'],
  },
  'POST /v1/webhook-endpoints/{endpoint}/deliveries/{position}/redeliver': {
    operationId: 'redeliver',
    tag,
    summary: 'Send a message again',
    description:
      'Sends a message again that was parked, acknowledged or skipped: the same id and body. One that is waiting goes on waiting; one that is withdrawn is not sent.',
    query,
    answers: {
      '202': {
        description: 'It is queued.',
        content: json(deliveryAnswerSchema, { ...deliveryExample, status: 'pending', tries: 0, settledAt: null }),
      },
    },
    problems: ['invalidInput', 'notFound', 'stateConflict'],
  },
  'POST /v1/webhook-endpoints/{endpoint}/replay': {
    operationId: 'replayDeliveries',
    tag,
    summary: 'Send a stretch of the record again',
    description:
      'Looks through a stretch of the record and sends what of it is meant for the endpoint by now, in order and at its own pace. What is published meanwhile comes after it.',
    query,
    body: {
      description: 'The positions.',
      content: { 'application/json': { schema: replaySchema, example: { from: 1, to: 100, onlyMissing: true } } },
    },
    answers: {
      '202': {
        description: 'It is under way.',
        content: json(replayAnswerSchema, { from: 1, to: 42, onlyMissing: true, endpoint: endpointExample }),
      },
    },
    problems: ['invalidInput', 'tooLarge', 'unsupportedMediaType', 'notFound', 'stateConflict'],
  },
  'GET /v1/webhook-endpoints/{endpoint}/events': {
    operationId: 'readMessages',
    tag,
    summary: 'Read the messages of an endpoint',
    description:
      'What the endpoint is sent, for who was away: the same messages with the same ids and positions, whether they were sent or not. Withdrawn ones are left out. What was attempted has the body that was sent. What was not attempted yet, or is forgotten after 90 days, has no `previousposition`: its place in the list tells what comes before it. `head` is the last position that was looked at for endpoints; nothing comes after it yet.',
    query: messagesQuerySchema,
    answers: {
      '200': {
        description: 'A page of messages.',
        headers,
        content: json(messagesAnswerSchema, {
          events: [messageExamples.recorded, corrected],
          next: corrected.position,
          head: corrected.position,
        }),
      },
    },
    problems: ['invalidInput', 'notFound'],
  },
  'GET /v1/events/{id}/receipts': {
    operationId: 'readReceipts',
    tag,
    summary: 'Read who acknowledged an event',
    description:
      'For the newsroom that wrote the event: for which endpoints it was meant, and which revision each of them acknowledged.',
    query: receiptsQuerySchema,
    answers: {
      '200': {
        description: 'A page of receipts, by endpoint.',
        headers,
        content: json(receiptsAnswerSchema, {
          id: corrected.eventid,
          revision: 1,
          position: corrected.position,
          endpoints: 2,
          acknowledged: 1,
          receipts: [
            {
              endpoint: endpointExample.id,
              owner: 'example',
              revision: 1,
              acknowledgedAt: deliveryExample.settledAt,
              current: true,
              status: 'acknowledged',
            },
            {
              endpoint: 'wh_zr7gq3m4c5x6n2kd3hvt5yl4qa',
              owner: 'daily',
              revision: 0,
              acknowledgedAt: '2026-11-22T10:00:00.803Z',
              current: false,
              status: 'retrying',
            },
          ],
          next: null,
        }),
      },
    },
    problems: ['invalidInput', 'notFound'],
  },
};
