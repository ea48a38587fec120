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
import type { ProblemName } from '../../functions/lib/http/problem-types.ts';
import { pageQuerySchema } from '../../functions/lib/http/query-schemas.ts';
import type { Operation, Operations } from '../operation.ts';
import { json } from '../read-answers.ts';
import { replyHeaders } from '../reply-headers.ts';

const tag = 'Webhook endpoints';
const query = z.strictObject({});
const bodyProblems: readonly ProblemName[] = ['invalidInput', 'tooLarge', 'unsupportedMediaType', 'notFound'];

const endpointBody = {
  url: 'https://example.org/timeline-hook',
  filter: { stories: ['karabakh-2020'] },
};

/** An endpoint as its newsroom sees it. */
export const endpointExample: EndpointAnswer = {
  id: 'wh_te73c6vbre67e74ncy75l2s54c',
  url: endpointBody.url,
  description: null,
  filter: endpointBody.filter,
  maxInFlight: 1,
  contact: null,
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
      'Registers a URL for messages, and verifies at once that it wants them: with a signed POST of type `webhook.verification`, whose `data.challenge` the response must contain, or with the OPTIONS handshake of CloudEvents. Nothing else is sent before the endpoint is verified.\n\nOnly this response shows the secret that messages are signed with.',
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
      'The endpoints of your newsroom, by id, each with its state. A page may hold fewer than `limit` and still have a next page.',
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
    description: 'An endpoint and its state.',
    query,
    answers: { '200': shown('The endpoint.') },
    problems: ['invalidInput', 'notFound'],
  },
  'PATCH /v1/webhook-endpoints/{endpoint}': {
    operationId: 'changeEndpoint',
    tag,
    summary: 'Change an endpoint',
    description:
      'Changes the fields in the body. A new URL has to be verified first; messages that were queued meanwhile are sent then. A new filter applies to revisions that are published from now on.',
    query,
    body: bodyOf('The fields to change.', endpointChangeSchema, { filter: { types: ['truce.signed'] } }),
    answers: { '200': shown('The endpoint after the change.') },
    problems: [...bodyProblems, 'tooManyRequests'],
  },
  'DELETE /v1/webhook-endpoints/{endpoint}': {
    operationId: 'deleteEndpoint',
    tag,
    summary: 'Delete an endpoint',
    description:
      'Stops sending to the endpoint and deletes its deliveries. The receipts of events keep it as a recipient.',
    query,
    answers: { '204': { description: 'The endpoint was deleted.' } },
    problems: bodyProblems,
  },
  'POST /v1/webhook-endpoints/{endpoint}/verify': {
    operationId: 'verifyEndpoint',
    tag,
    summary: 'Verify an endpoint again',
    description: 'Asks a pending endpoint again whether it wants messages.',
    query,
    answers: { '202': shown('The verification is on its way.'), '200': shown('The endpoint is verified already.') },
    problems: [...bodyProblems, 'stateConflict', 'tooManyRequests'],
  },
  'POST /v1/webhook-endpoints/{endpoint}/ping': {
    operationId: 'pingEndpoint',
    tag,
    summary: 'Send an endpoint a ping',
    description:
      'Sends a signed test message of type `webhook.ping`, which is not part of the record. A disabled endpoint can be tested too.',
    query,
    answers: { '202': shown('The message is on its way.') },
    problems: [...bodyProblems, 'stateConflict', 'tooManyRequests'],
  },
  'POST /v1/webhook-endpoints/{endpoint}/enable': {
    operationId: 'enableEndpoint',
    tag,
    summary: 'Enable an endpoint',
    description:
      'Resumes a disabled endpoint: after the last message that was settled, with revisions that are published from now on, or from a position. From a position, messages that were acknowledged are sent again. If the endpoint is failing, the next attempt is made at once.',
    query,
    body: { required: false, ...bodyOf('Where to resume.', enablingSchema, { resumeFrom: 'backlog' }) },
    answers: { '200': shown('The endpoint after the change.') },
    problems: [...bodyProblems, 'stateConflict', 'tooManyRequests'],
  },
  'POST /v1/webhook-endpoints/{endpoint}/disable': {
    operationId: 'disableEndpoint',
    tag,
    summary: 'Disable an endpoint',
    description: 'Stops sending to an endpoint until it is enabled. Its backlog is kept.',
    query,
    answers: { '200': shown('The endpoint after the change.') },
    problems: bodyProblems,
  },
  'POST /v1/webhook-endpoints/{endpoint}/secret/rotate': {
    operationId: 'rotateSecret',
    tag,
    summary: 'Replace the secret of an endpoint',
    description:
      'Creates a new secret, which only this response shows. The previous secret signs messages too until the overlap ends. At most five previous secrets can sign at a time.',
    query,
    body: {
      required: false,
      ...bodyOf('How long the previous secret stays valid.', rotationSchema, { overlapSeconds: 86_400 }),
    },
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
