import { describe, expect, test } from '@jest/globals';
import { secondMs } from '../../events/dates/durations.ts';
import { maximumPace } from '../../events/pace.ts';
import { mayBePostponed, postponedRevisionMs, promptlyTakenBack, withTakenBack } from '../../events/postponing.ts';
import { revisionKinds } from '../../events/revision.ts';

const window = Date.parse('2026-11-27T12:00:00Z');

describe('What a newsroom takes back', () => {
  test('is what no quota refuses: the other kinds have a pace', () => {
    expect(revisionKinds.filter(mayBePostponed)).toEqual(['retracted', 'unlisted', 'redacted']);
  });

  test('is published at once up to 25 in 5 seconds, and postponed beyond, until the next 5 seconds', () => {
    let known = withTakenBack(undefined, window, promptlyTakenBack, 1);
    for (let count = 2; count <= 25; count++) {
      known = withTakenBack(known ?? undefined, window + 4_999, promptlyTakenBack, 1);
      expect(known).toEqual({ window, count });
    }
    expect(withTakenBack(known ?? undefined, window + 4_999, promptlyTakenBack, 1)).toBeNull();
    expect(withTakenBack(known ?? undefined, window + 5_000, promptlyTakenBack, 1)).toEqual({
      window: window + 5_000,
      count: 1,
    });
  });

  test('counts as several, if it is large: the feed has no room for more of them', () => {
    const known = withTakenBack(undefined, window, promptlyTakenBack, 24);
    expect(known).toEqual({ window, count: 24 });
    expect(withTakenBack(known ?? undefined, window, promptlyTakenBack, 24)).toEqual({ window, count: 48 });
    expect(withTakenBack({ window, count: 48 }, window, promptlyTakenBack, 1)).toBeNull();
  });

  test('leaves the record room for others, beside all that its newsroom may write, with a sequencer for each of four shards', () => {
    /** 300 revisions take the sequencer about two seconds. */
    const capacityOfASecond = 150;
    const written = maximumPace / 5;
    const prompt = (4 * promptlyTakenBack) / 5;
    const postponed = secondMs / postponedRevisionMs;
    expect({ written, prompt, postponed }).toEqual({ written: 60, prompt: 20, postponed: 20 });
    expect(written + prompt + postponed).toBeLessThan(capacityOfASecond);
  });
});
