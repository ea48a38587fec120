import Sequencer from '@jest/test-sequencer';

/** The files that take longest: journeys, properties, and those that interrupt their work again and again or seed much. */
const long = new RegExp(
  [
    '/journeys/',
    '\\.property\\.',
    '/(edge|synthesis|rebuild|long-spans|immutability|as-of-costs|many-endpoints|zone-days|formats)\\.test',
    '/(backfill|bounded-work|deliver-killed|erase-content|erase-traces|erasing|fan-out-interrupted|partly-visible)\\.test',
  ].join('|'),
);

/**
 * Begins with the files that take longest, so that the workers end together. Jest orders files by how long they took; on a fresh
 * clone it only knows how large they are.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ duration, path }) => (duration === undefined && long.test(path) ? 0 : 1);
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
