import * as z from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import {
  enablingSchema,
  endpointChangeSchema,
  endpointSchema,
  rotationSchema,
} from '../../events/webhooks/webhook-endpoint.ts';
import {
  createdEndpointAnswerSchema,
  type EndpointAnswer,
  endpointAnswerSchema,
  endpointsAnswerSchema,
  rotatedSecretAnswerSchema,
} from '../../functions/lib/endpoints/endpoint-answer-schema.ts';
import { pageQuerySchema } from '../../functions/lib/http/page-query.ts';
import type { ProblemName } from '../../functions/lib/http/problem-types.ts';
import type { Operation, Operations } from '../operation.ts';
import { json } from '../read-answers.ts';
import { replyHeaders } from '../reply-headers.ts';

const tag = 'Webhook endpoints';
const query = z.strictObject({});
const bodyProblems: readonly ProblemName[] = ['invalidInput', 'tooLarge', 'unsupportedMediaType', 'notFound'];

const endpointBody = {
  url: 'https://example.org/timeline-hook',
  filter: { stories: ['karabakh-2020'] },
  contact: 'desk@example.org',
};

/** An endpoint as its owner is shown it. */
export const endpointExample: EndpointAnswer = {
  id: 'wh_te73c6vbre67e74ncy75l2s54c',
  url: endpointBody.url,
  description: null,
  filter: endpointBody.filter,
  maxInFlight: 1,
  contact: endpointBody.contact,
  createdAt: '2026-11-22T10:00:00.000Z',
  verifiedAt: '2026-11-22T10:00:00.412Z',
  status: 'active',
  settledThrough: 42,
  backlog: 0,
  backlogIsMore: false,
  firstFailureAt: null,
  nextAttemptAt: null,
  lastError: null,
  disabledReason: null,
};

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBJiuT0JpNcU=';

const shown = (description: string): ZodOpenApiResponseObject => ({
  description,
  content: json(endpointAnswerSchema, endpointExample),
});

const bodyOf = (description: string, schema: z.ZodType, example: object): NonNullable<Operation['body']> => ({
  description,
  content: { 'application/json': { schema, example } },
});

/** The routes that manage webhook endpoints. */
export const endpoints: Operations = {
  'POST /v1/webhook-endpoints': {
    operationId: 'createEndpoint',
    tag,
    summary: 'Register an endpoint',
    description:
      'Registers where messages are to be sent, and asks there at once whether they are wanted: a signed POST of type `webhook.verification`, whose `data.challenge` the answer must hold, or else the OPTIONS handshake of CloudEvents. Nothing else is sent before that. The secret is shown this once.',
    query,
    body: bodyOf('The endpoint.', endpointSchema, endpointBody),
    answers: {
      '201': {
        description: 'The endpoint, with its secret.',
        headers: z.object({ Location: replyHeaders.Location }),
        content: json(createdEndpointAnswerSchema, {
          ...endpointExample,
          verifiedAt: null,
          status: 'pending',
          secret,
        }),
      },
    },
    problems: ['invalidInput', 'tooLarge', 'unsupportedMediaType', 'stateConflict', 'tooManyRequests'],
  },
  'GET /v1/webhook-endpoints': {
    operationId: 'listEndpoints',
    tag,
    summary: 'List the endpoints',
    description:
      'The endpoints of the newsroom of the key, by id, each with what it is at. A page may hold fewer than asked for and still have a cursor.',
    query: pageQuerySchema,
    answers: {
      '200': {
        description: 'A page of endpoints.',
        headers: z.object({ Link: replyHeaders.Link }),
        content: json(endpointsAnswerSchema, { endpoints: [endpointExample], nextCursor: null }),
      },
    },
    problems: ['invalidInput'],
  },
  'GET /v1/webhook-endpoints/{endpoint}': {
    operationId: 'readEndpoint',
    tag,
    summary: 'Read an endpoint',
    description: 'The endpoint, and what it is at.',
    query,
    answers: { '200': shown('The endpoint.') },
    problems: ['invalidInput', 'notFound'],
  },
  'PATCH /v1/webhook-endpoints/{endpoint}': {
    operationId: 'changeEndpoint',
    tag,
    summary: 'Change an endpoint',
    description:
      'Changes what the body names. With another URL the endpoint is pending until that is verified; what is published meanwhile is sent then. Another filter counts for what is published from now on.',
    query,
    body: bodyOf('What is to be otherwise.', endpointChangeSchema, { filter: { types: ['truce.signed'] } }),
    answers: { '200': shown('The endpoint as it is now.') },
    problems: [...bodyProblems, 'tooManyRequests'],
  },
  'DELETE /v1/webhook-endpoints/{endpoint}': {
    operationId: 'deleteEndpoint',
    tag,
    summary: 'Delete an endpoint',
    description:
      'Nothing is sent to it from now on, and its deliveries go. For whom an event was meant stays on record.',
    query,
    answers: { '204': { description: 'It is gone.' } },
    problems: ['invalidInput', 'notFound'],
  },
  'POST /v1/webhook-endpoints/{endpoint}/verify': {
    operationId: 'verifyEndpoint',
    tag,
    summary: 'Verify an endpoint again',
    description: 'Asks a pending endpoint anew whether it wants messages.',
    query,
    answers: { '202': shown('It is asked.'), '200': shown('It has said so already, and is not asked.') },
    problems: ['invalidInput', 'notFound', 'stateConflict', 'tooManyRequests'],
  },
  'POST /v1/webhook-endpoints/{endpoint}/ping': {
    operationId: 'pingEndpoint',
    tag,
    summary: 'Send an endpoint a ping',
    description:
      'Sends a signed message of type `webhook.ping`, which has no place in the record. A disabled endpoint can be tried so.',
    query,
    answers: { '202': shown('It is sent.') },
    problems: ['invalidInput', 'notFound', 'stateConflict', 'tooManyRequests'],
  },
  'POST /v1/webhook-endpoints/{endpoint}/enable': {
    operationId: 'enableEndpoint',
    tag,
    summary: 'Enable an endpoint',
    description:
      'Lets a disabled endpoint receive again: after the last that was acknowledged, from now on, or from a position, where what was acknowledged is sent again. One that is failing is tried at once.',
    query,
    body: { required: false, ...bodyOf('From where on.', enablingSchema, { resumeFrom: 'backlog' }) },
    answers: { '200': shown('The endpoint as it is now.') },
    problems: [...bodyProblems, 'stateConflict', 'tooManyRequests'],
  },
  'POST /v1/webhook-endpoints/{endpoint}/disable': {
    operationId: 'disableEndpoint',
    tag,
    summary: 'Disable an endpoint',
    description: 'Lets an endpoint receive nothing until it is enabled. Its place stays, and its backlog.',
    query,
    answers: { '200': shown('The endpoint as it is now.') },
    problems: ['invalidInput', 'notFound'],
  },
  'POST /v1/webhook-endpoints/{endpoint}/secret/rotate': {
    operationId: 'rotateSecret',
    tag,
    summary: 'Replace the secret of an endpoint',
    description: 'Makes a new secret, shown this once. The one before signs beside it for a while; at most five do.',
    query,
    body: { required: false, ...bodyOf('The overlap.', rotationSchema, { overlapSeconds: 86_400 }) },
    answers: {
      '200': {
        description: 'The new secret.',
        content: json(rotatedSecretAnswerSchema, {
          id: endpointExample.id,
          secret,
          previousSecretExpiresAt: '2026-11-23T10:00:00.000Z',
        }),
      },
    },
    problems: [...bodyProblems, 'stateConflict'],
  },
};
