import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyEndpointFilter, webhookHistories } from '../../support/models/webhook-history.ts';
import { WebhooksInMemory } from '../../support/models/webhooks-in-memory.ts';

const inOrder = (positions: Iterable<number>) => [...positions].sort((one, other) => one - other);
const numRuns = 1_000;

test('the audience queues what a check of the whole feed, entry by entry, finds', () => {
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

test('the messages that an endpoint can read before its backfill are queued once the backfill is done', () => {
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

test('a reader who filters the feed sees what an endpoint with that filter receives from the beginning', () => {
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
