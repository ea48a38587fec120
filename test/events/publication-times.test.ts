import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { firstTime, noTimes, type PublicationTimes, revisionAt, withTime } from '../../events/publication-times.ts';

const isoOf = (time: number) => ({ publishedAt: new Date(time).toISOString() });

/** The times that the marker of each revision knows. */
function markersOf(times: readonly number[]): PublicationTimes[] {
  const markers: PublicationTimes[] = [];
  for (const time of times) markers.push(withTime(markers.at(-1) ?? noTimes, isoOf(time)));
  return markers;
}

/** Finds a revision as a reader does: from the last marker on. @returns also how many markers that took */
function found(markers: readonly PublicationTimes[], instant: number): { revision: number | null; reads: number } {
  let number = markers.length - 1;
  for (let reads = 1; ; reads++) {
    const result = revisionAt(markers[number] as PublicationTimes, instant);
    if (result === null || 'revision' in result) return { revision: result?.revision ?? null, reads };
    number = result.marker;
  }
}

test('the revision of any instant is found with at most two markers, however many revisions there are', () => {
  const rising = fc
    .array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 1_100, size: 'max' })
    .map((steps) => {
      let time = 1_000;
      return steps.map((step) => {
        time += step;
        return time;
      });
    });
  fc.assert(
    fc.property(rising, fc.nat(), (times, chosen) => {
      const markers = markersOf(times);
      const first = (times[0] as number) - 2;
      const instant = first + (chosen % ((times.at(-1) as number) - first + 3));
      const expected = times.findLastIndex((time) => time <= instant);
      const { revision, reads } = found(markers, instant);
      expect(revision).toBe(expected < 0 ? null : expected);
      expect(reads).toBeLessThanOrEqual(2);
      expect(firstTime(markers.at(-1) as PublicationTimes)).toBe(times[0]);
    }),
  );
});

test('the marker of the thousandth revision stores 40 times', () => {
  const last = markersOf(Array.from({ length: 1_000 }, (_, index) => index)).at(-1) as PublicationTimes;
  expect([last.blocks.length, last.lastBlock.length]).toEqual([32, 8]);
});
