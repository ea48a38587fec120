import { describe, expect, test } from '@jest/globals';
import {
  Conflict,
  Forbidden,
  Gone,
  InvalidInput,
  NotFound,
  NotPublishedYet,
  QuotaExceeded,
  RevisionRequired,
  StaleRevision,
  StateConflict,
  TooLarge,
  TooManyRequests,
} from '../../../events/input/errors.ts';
import { MethodNotAllowed, NotAcceptable, UnsupportedMediaType } from '../../../functions/lib/http/http-errors.ts';
import { problemOf } from '../../../functions/lib/http/problem.ts';
import { problemTypes } from '../../../functions/lib/http/problem-types.ts';

const always = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
const errors = [{ pointer: '/data/when/edtf', detail: 'Is no date.' }];
const exceeded = { quota: 'events', limit: 20_000, used: 20_016, resetsAt: '2026-11-28T00:00:00.000Z' };
const tombstone = {
  id: 'evt_a',
  story: 'karabakh-2020',
  eventType: 'talks.held',
  note: 'Entered twice.',
  retractedAt: '2026-11-22T10:00:00.000Z',
  revision: 1,
};

describe('below 500 the reason is shown', () => {
  test.each([
    [
      new InvalidInput([{ pointer: '', detail: 'Is no date.' }]),
      400,
      'invalid-input',
      'The request is invalid',
      { errors: [{ pointer: '', detail: 'Is no date.' }] },
      {},
    ],
    [new Forbidden('Is no date.'), 403, 'forbidden', 'The request is not allowed', {}, {}],
    [new NotFound('Is no date.'), 404, 'not-found', 'Not found', {}, {}],
    [new NotPublishedYet('Is no date.'), 404, 'not-found', 'Not found', {}, { 'retry-after': '1' }],
    [
      new MethodNotAllowed('Is no date.', ['GET', 'HEAD']),
      405,
      'method-not-allowed',
      'The method is not allowed for this path',
      {},
      { allow: 'GET, HEAD' },
    ],
    [
      new NotAcceptable('Is no date.'),
      406,
      'not-acceptable',
      'The response is not available in an accepted form',
      {},
      {},
    ],
    [
      new Conflict('Is no date.', { revision: 2 }),
      409,
      'conflict',
      'The request conflicts with the record',
      { stored: { revision: 2 } },
      {},
    ],
    [new StateConflict('Is no date.'), 409, 'state-conflict', 'The current state does not allow this', {}, {}],
    [
      new TooManyRequests('Is no date.', 90),
      429,
      'too-many-requests',
      'Too many requests',
      {},
      { 'retry-after': '90' },
    ],
    [new Gone('Is no date.', tombstone), 410, 'retracted', 'The event was retracted', tombstone, {}],
    [
      new StaleRevision('Is no date.', 3),
      412,
      'stale-revision',
      'The current revision is not the expected one',
      { revision: 3 },
      {},
    ],
    [new TooLarge('Is no date.', errors), 413, 'too-large', 'The request is too large', { errors }, {}],
    [new TooLarge('Is no date.'), 413, 'too-large', 'The request is too large', {}, {}],
    [
      new UnsupportedMediaType('Is no date.', 'accept', ['application/json', 'application/cloudevents+json']),
      415,
      'unsupported-media-type',
      'The format of the body is not supported',
      {},
      { accept: 'application/json, application/cloudevents+json' },
    ],
    [
      new UnsupportedMediaType('Is no date.', 'accept-encoding', ['identity']),
      415,
      'unsupported-media-type',
      'The format of the body is not supported',
      {},
      { 'accept-encoding': 'identity' },
    ],
    [new RevisionRequired('Is no date.'), 428, 'revision-required', 'The request must name a revision', {}, {}],
    [
      new RevisionRequired('Is no date.', 0),
      428,
      'revision-required',
      'The request must name a revision',
      { revision: 0 },
      {},
    ],
  ])('%s is %i', (error, status, slug, title, members, headers) => {
    expect(problemOf(error, 'request-1')).toEqual({
      status,
      headers: { ...always, ...headers },
      logLevel: 'debug',
      body: { type: `/problems/${slug}`, title, status, detail: 'Is no date.', ...members },
    });
  });

  test('a quota that is used up is 429: what is used of what, and when there is more', () => {
    const error = new QuotaExceeded({ newsroom: 'afp', ...exceeded, retryAfterSeconds: 90 });
    expect(problemOf(error, 'request-1')).toEqual({
      status: 429,
      headers: { ...always, 'retry-after': '90' },
      logLevel: 'debug',
      body: {
        type: '/problems/quota-exceeded',
        title: 'A quota of the newsroom is used up',
        status: 429,
        detail:
          'The newsroom afp has used about 20,016 of the 20,000 events that it may use today. Send the request again after 2026-11-28T00:00:00.000Z, or ask the operator for a higher quota.',
        ...exceeded,
      },
    });
  });

  test.each([
    [{ pointer: '/data/when/edtf', detail: 'Is no date.' }, '/data/when/edtf: Is no date.'],
    [{ parameter: 'from', detail: 'Is no date.' }, 'from: Is no date.'],
    [{ header: 'if-match', detail: 'Is no tag.' }, 'if-match: Is no tag.'],
  ])('a single error is repeated in the detail, with its place', (error, detail) => {
    expect(problemOf(new InvalidInput([error]), 'request-1').body).toMatchObject({ detail, errors: [error] });
  });

  test('several errors are counted in the detail and listed', () => {
    const many = Array.from({ length: 250 }, (_, index) => ({ pointer: `/${index}`, detail: 'Is no date.' }));
    expect(problemOf(new InvalidInput(many.slice(0, 2)), 'request-1').body).toMatchObject({
      detail: 'The request has 2 errors; the member errors lists them.',
      errors: many.slice(0, 2),
    });
    expect(problemOf(new InvalidInput(many), 'request-1').body).toMatchObject({
      detail: 'The request has more than 100 errors; the member errors lists the first 100, and the check ended there.',
      errors: many.slice(0, 100),
    });
  });

  test('an answer stays small, however long the names in the request are', () => {
    const pointer = `/${'x'.repeat(1_000_000)}`;
    const many = Array.from({ length: 250 }, () => ({ pointer, detail: `Has no ${pointer}.` }));
    expect(JSON.stringify(problemOf(new InvalidInput(many), 'request-1').body).length).toBeLessThan(300_000);
  });
});

const named = (name: string, more: object = {}) => Object.assign(new Error('secret detail'), { name }, more);

describe('from 500 on only the request id is shown', () => {
  test.each([
    [named('ProvisionedThroughputExceededException')],
    [named('ThrottlingException')],
    [named('RequestLimitExceeded')],
    [named('TimeoutError')],
    [named('Error', { code: 'ECONNREFUSED' })],
    [named('Error', { code: 'ECONNRESET' })],
    [named('Error', { code: 'EAI_AGAIN' })],
    [named('InternalServerError', { $metadata: { httpStatusCode: 500 } })],
    [named('Anything', { $metadata: { httpStatusCode: 503 } })],
  ])('%s will pass: 503, to be tried again in a second', (error) => {
    expect(problemOf(error, 'request-1')).toEqual({
      status: 503,
      headers: { ...always, 'retry-after': '1' },
      logLevel: 'error',
      body: {
        type: '/problems/unavailable',
        title: 'The service is temporarily unavailable',
        status: 503,
        detail: 'Nothing is wrong with the request. Send it again.',
        requestId: 'request-1',
      },
    });
  });

  test.each([
    [named('AccessDeniedException', { $metadata: { httpStatusCode: 400 } })],
    [named('ValidationException', { $metadata: { httpStatusCode: 400 } })],
    [new TypeError('x is not a function')],
    [{ a: 'thing that is no error' }],
    [undefined],
  ])('%s is 500', (error) => {
    expect(problemOf(error, 'request-1')).toEqual({
      status: 500,
      headers: always,
      logLevel: 'error',
      body: {
        type: '/problems/internal',
        title: 'Internal error',
        status: 500,
        detail: 'Something went wrong on our side. The log has the cause under the requestId.',
        requestId: 'request-1',
      },
    });
  });
});

test('every type of problem has a slug of its own', () => {
  const slugs = Object.values(problemTypes).map(({ slug }) => slug);
  expect(new Set(slugs).size).toBe(slugs.length);
});
