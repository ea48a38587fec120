import { expect, test } from '@jest/globals';
import { endpointSchema } from '../../../events/webhooks/webhook-endpoint.ts';
import { fittingAnswer } from '../../../functions/lib/http/answer-size.ts';

/** An endpoint about as large as one can be, shown with what it last failed by. */
function largest(place: string, description: string) {
  const values = Array.from({ length: 40 }, () => place);
  // 8,192 bytes of JSON: what is left beside the places, too.
  const left = 8_192 - JSON.stringify({ places: values, actors: [''] }).length;
  const endpoint = endpointSchema.parse({
    url: `https://example.org/${'u'.repeat(1_980)}`,
    description,
    filter: { places: values, actors: ['x'.repeat(left)] },
    maxInFlight: 10,
    contact: `https://example.org/${'c'.repeat(300)}`,
  });
  const lastError = { at: '2026-11-22T10:00:00.000Z', category: 'tls_error', detail: 'd'.repeat(300) };
  return { id: `wh_${'a'.repeat(26)}`, ...endpoint, status: 'retrying', backlog: 100, lastError };
}

const sizeOf = (endpoints: readonly object[]) =>
  Buffer.byteLength(
    JSON.stringify({ statusCode: 200, body: JSON.stringify({ endpoints, nextCursor: 'c'.repeat(500) }) }),
  );

test('500 endpoints with the largest filters there may be are one answer, which Lambda lets through', () => {
  const description = 'd'.repeat(100);
  const all = Array.from({ length: 500 }, () => ({
    ...largest('a'.repeat(200), description),
    url: 'https://example.org/hook',
  }));
  expect(fittingAnswer(all)).toEqual(all);
  expect(sizeOf(all)).toBeLessThan(6_000_000);
});

test('what the answer escapes once more is answered as far as there is room', () => {
  const all = Array.from({ length: 500 }, () => largest('"'.repeat(100), '"'.repeat(500)));
  expect(sizeOf(all)).toBeGreaterThan(6_291_456);
  const some = fittingAnswer(all);
  expect(some).toEqual(all.slice(0, some.length));
  expect(some.length).toBeGreaterThan(100);
  expect(sizeOf(some)).toBeLessThan(6_000_000);
});
