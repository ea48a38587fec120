import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseRange } from '../../../events/dates/range.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { projectionOf } from '../../../events/timeline/projection.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const at = (position: number) => new Date(1_700_000_000_000 + position).toISOString();

function revision(index: number, number: number, position: number, edtf: string, status: 'reported' | 'confirmed') {
  return {
    eventId: `evt_${String.fromCharCode(97 + index).repeat(26)}`,
    revision: number,
    kind: number === 0 ? 'recorded' : 'corrected',
    position,
    publishedAt: at(position),
    recordedAt: at(0),
    newsroom: 'example',
    digest: '',
    event: {
      specversion: '1.0',
      id: `${index}`,
      source: '/newsrooms/example',
      type: 'development.reported',
      subject: 'a-story',
      data: { when: { edtf }, headline: `Number ${index}`, status, sources: [] },
    },
  } as unknown as PublishedRevision;
}

const firsts = Array.from({ length: 8 }, (_, index) =>
  revision(index, 0, index + 1, `2020-01-0${index + 1}`, index === 6 ? 'confirmed' : 'reported'),
);
const seventh = firsts[6] as PublishedRevision;

test.each([false, true])(
  'a card that is replaced after any of the reads of a page is still in the page (descending: %s)',
  async (descending) => {
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const { writeProjection } = await import('../../../functions/lib/project/write-projection.ts');
    const { readPage } = await import('../../../functions/lib/read/timeline/page.ts');
    const send = dynamodb.send.bind(dynamodb);
    for (let moment = 1; moment <= 6; moment++) {
      const generation = `${descending}-${moment}`;
      for (const first of firsts) await writeProjection(generation, projectionOf(null, [first]));
      // After the reader's moment two others are corrected where they stand, so that past cards are read at all.
      for (const index of [0, 1]) {
        const corrected = revision(index, 1, 9 + index, `2020-01-0${index + 1}`, 'reported');
        await writeProjection(generation, projectionOf(firsts[index] as PublishedRevision, [corrected]));
      }
      let reads = 0;
      dynamodb.send = (async (command: never) => {
        const result = await send(command);
        if ((command as unknown) instanceof QueryCommand && ++reads === moment) {
          await writeProjection(generation, projectionOf(seventh, [revision(6, 1, 11, '2020-02-01', 'confirmed')]));
        }
        return result;
      }) as typeof dynamodb.send;
      const { items } = await readPage({
        generation,
        heads: [
          {
            facet: 'ALL',
            entries: 8,
            classes: { d: 8 },
            first: '2020-01-01',
            last: '2020-01-08',
            position: 8,
            updatedAt: at(8),
          },
        ],
        accepts: ({ statuses }) => statuses.includes('confirmed'),
        range: parseRange({}),
        descending,
        limit: 3,
        asOf: at(8),
        after: null,
        consistency: 'consistent',
      }).finally(() => {
        dynamodb.send = send;
      });
      expect(items.map(({ entry = '' }) => JSON.parse(entry).id)).toEqual([seventh.eventId]);
    }
  },
);
