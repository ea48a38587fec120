import { describe, expect, test } from '@jest/globals';
import {
  Conflict,
  Forbidden,
  Gone,
  InvalidInput,
  NotFound,
  RevisionRequired,
  StaleRevision,
  StateConflict,
  TooLarge,
  TooManyRequests,
} from '../../../events/input/errors.ts';
import { MethodNotAllowed, UnsupportedMediaType } from '../../../functions/lib/http/http-errors.ts';
import { problemOf } from '../../../functions/lib/http/problem.ts';

const always = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
const errors = [{ pointer: '/data/when/edtf', detail: 'Is no date.' }];
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
      'The request is not valid',
      { errors: [{ pointer: '', detail: 'Is no date.' }] },
      {},
    ],
    [new Forbidden('Is no date.'), 403, 'forbidden', 'The key does not allow this', {}, {}],
    [new NotFound('Is no date.'), 404, 'not-found', 'There is no such thing', {}, {}],
    [new NotFound('Is no date.', true), 404, 'not-found', 'There is no such thing', {}, { 'retry-after': '1' }],
    [
      new MethodNotAllowed('Is no date.', ['GET', 'HEAD']),
      405,
      'method-not-allowed',
      'This path does not answer this method',
      {},
      { allow: 'GET, HEAD' },
    ],
    [
      new Conflict('Is no date.', { revision: 2 }),
      409,
      'conflict',
      'The record holds something else',
      { stored: { revision: 2 } },
      {},
    ],
    [new StateConflict('Is no date.'), 409, 'state-conflict', 'This does not go with the state', {}, {}],
    [
      new TooManyRequests('Is no date.', 90),
      429,
      'too-many-requests',
      'This was asked for too often',
      {},
      { 'retry-after': '90' },
    ],
    [new Gone('Is no date.', tombstone), 410, 'retracted', 'The event was retracted', tombstone, {}],
    [
      new StaleRevision('Is no date.', 3),
      412,
      'stale-revision',
      'The revision is not the current one',
      { revision: 3 },
      {},
    ],
    [new TooLarge('Is no date.', errors), 413, 'too-large', 'The request is too large', { errors }, {}],
    [new TooLarge('Is no date.'), 413, 'too-large', 'The request is too large', {}, {}],
    [
      new UnsupportedMediaType('Is no date.', 'accept', ['application/json', 'application/cloudevents+json']),
      415,
      'unsupported-media-type',
      'The body is of a kind that is not read here',
      {},
      { accept: 'application/json, application/cloudevents+json' },
    ],
    [
      new UnsupportedMediaType('Is no date.', 'accept-encoding', ['identity']),
      415,
      'unsupported-media-type',
      'The body is of a kind that is not read here',
      {},
      { 'accept-encoding': 'identity' },
    ],
    [new RevisionRequired('Is no date.'), 428, 'revision-required', 'The revision must be named', {}, {}],
    [
      new RevisionRequired('Is no date.', 0),
      428,
      'revision-required',
      'The revision must be named',
      { revision: 0 },
      {},
    ],
  ])('%s is %i', (error, status, slug, title, members, headers) => {
    expect(problemOf(error, 'request-1')).toEqual({
      status,
      headers: { ...always, ...headers },
      body: { type: `/problems/${slug}`, title, status, detail: 'Is no date.', ...members },
    });
  });

  test.each([
    [{ pointer: '/data/when/edtf', detail: 'Is no date.' }, '/data/when/edtf: Is no date.'],
    [{ parameter: 'from', detail: 'Is no date.' }, 'from: Is no date.'],
    [{ header: 'if-match', detail: 'Is no tag.' }, 'if-match: Is no tag.'],
  ])('a single error stands in the detail with its place', (error, detail) => {
    expect(problemOf(new InvalidInput([error]), 'request-1').body).toMatchObject({ detail, errors: [error] });
  });

  test('several errors are counted in the detail and listed', () => {
    const many = Array.from({ length: 250 }, (_, index) => ({ pointer: `/${index}`, detail: 'Is no date.' }));
    expect(problemOf(new InvalidInput(many.slice(0, 2)), 'request-1').body).toMatchObject({
      detail: '2 things are wrong with the request; they stand in errors.',
      errors: many.slice(0, 2),
    });
    expect(problemOf(new InvalidInput(many), 'request-1').body).toMatchObject({
      detail: '250 things are wrong with the request; the first 100 stand in errors.',
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
      body: {
        type: '/problems/unavailable',
        title: 'Unavailable for a moment',
        status: 503,
        detail: 'Nothing is wrong with the request; send it again.',
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
      body: {
        type: '/problems/internal',
        title: 'Something went wrong on our side',
        status: 500,
        detail: 'The log has it under the request id.',
        requestId: 'request-1',
      },
    });
  });
});
