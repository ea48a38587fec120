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
  attempts: 2,
  queuedAt: '2026-11-22T11:00:00.412Z',
  startedAt: '2026-11-22T11:00:00.530Z',
  settledAt: '2026-11-22T11:00:05.871Z',
};

const attempts = [
  {
    at: deliveryExample.startedAt,
    status: null,
    error: 'connection_error',
    detail: 'The connection failed, or ended before the answer was complete.',
    durationMs: 12,
    answer: null,
  },
  { at: '2026-11-22T11:00:05.802Z', status: 204, error: null, detail: null, durationMs: 48, answer: '' },
];

/** The routes for the messages to endpoints. */
export const deliveries: Operations = {
  'GET /v1/webhook-endpoints/{endpoint}/deliveries': {
    operationId: 'listDeliveries',
    tag,
    summary: 'List the deliveries to an endpoint',
    description:
      'The messages that were queued for an endpoint, each with its outcome. A page may hold fewer than `limit`, even none, and still have a next page.',
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
    description: 'One delivery, with each attempt and the response to it.',
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
      'Sends a message that was parked, acknowledged or skipped again, with the same id and body. A pending message stays in the queue. A message that was withdrawn, or whose content was taken down, cannot be sent.',
    query,
    answers: {
      '202': {
        description: 'The message is queued.',
        content: json(deliveryAnswerSchema, { ...deliveryExample, status: 'pending', attempts: 0, settledAt: null }),
      },
    },
    problems: ['invalidInput', 'tooLarge', 'unsupportedMediaType', 'notFound', 'stateConflict'],
  },
  'POST /v1/webhook-endpoints/{endpoint}/replay': {
    operationId: 'replayDeliveries',
    tag,
    summary: 'Send a range of messages again',
    description:
      'Searches a range of positions and sends the messages of the endpoint in it again, in order. Messages that are published meanwhile are sent after them.',
    query,
    body: {
      description: 'The range of positions.',
      content: { 'application/json': { schema: replaySchema, example: { from: 1, to: 100, onlyMissing: true } } },
    },
    answers: {
      '202': {
        description: 'The replay has started.',
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
      'The messages of an endpoint in the order of positions, with the same ids, whether they were delivered or not, to catch up after an outage or to prove that nothing is missing. Withdrawn messages are not included.\n\nA message that was attempted has the body that was sent. One that was not attempted yet, or more than 90 days ago, has no `previousposition`; the message before it in the list is the previous one.',
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
      'The endpoints that receive an event, and the revision that each of them acknowledged. For the newsroom that wrote the event.',
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
