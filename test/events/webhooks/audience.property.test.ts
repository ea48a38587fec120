import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyEndpointFilter, webhookHistories } from '../../support/models/webhook-history.ts';
import { WebhooksInMemory } from '../../support/models/webhooks-in-memory.ts';

const inOrder = (positions: Iterable<number>) => [...positions].sort((one, other) => one - other);
const numRuns = 1_000;

test('what is queued by the audience is what one look at all of the feed, entry by entry, finds', () => {
  fc.assert(
    fc.property(webhookHistories, (steps) => {
      const webhooks = new WebhooksInMemory();
      for (const step of steps) webhooks.carryOut(step);
      webhooks.fanOutAll();
      for (const [id, { must }] of webhooks.model.endpoints) {
        webhooks.enableAndWork(id);
        expect([id, inOrder(webhooks.queued.get(id) ?? [])]).toEqual([id, inOrder(must)]);
      }
    }),
    { numRuns },
  );
});

test('what the pull twin says will be queued is queued once the worker has looked at the past', () => {
  fc.assert(
    fc.property(webhookHistories, (steps) => {
      const webhooks = new WebhooksInMemory();
      for (const step of steps) webhooks.carryOut(step);
      webhooks.fanOutAll();
      for (const id of webhooks.queued.keys()) {
        const foretold = webhooks.pulled(id);
        webhooks.enableAndWork(id);
        expect([id, foretold]).toEqual([id, inOrder(webhooks.queued.get(id) ?? [])]);
      }
    }),
    { numRuns },
  );
});

test('a reader who filters the feed is shown what an endpoint with that filter is sent from the beginning', () => {
  const newsroomSteps = webhookHistories.map((steps) =>
    steps.filter(({ does: action }) => /record|correct|retract|fan/.test(action)),
  );
  fc.assert(
    fc.property(newsroomSteps, anyEndpointFilter, (steps, asked) => {
      const webhooks = new WebhooksInMemory();
      webhooks.carryOut({ does: 'open', share: 0, filter: asked });
      for (const step of steps) webhooks.carryOut(step);
      webhooks.fanOutAll();
      expect(webhooks.shown(asked)).toEqual(inOrder(webhooks.queued.get('endpoint-0') ?? []));
    }),
    { numRuns },
  );
});
