import Sequencer from '@jest/test-sequencer';

/** The files that take longest of all: a minute or two where two workers share a core. */
const longest = /\/(journeys\/.+|synthesis|erasing|bounded-work|(fan-out|as-of|partly-visible|nowhere)\.long)\.test/;
/** Others that take long: properties, and those that interrupt their work again and again or seed much. */
const long = new RegExp(
  [
    '\\.property\\.',
    '/(edge|rebuild|long-spans|as-of-costs|many-endpoints|zone-days|formats)\\.test',
    '/(backfill|deliver-killed|fan-out-interrupted|hostile-text|erase-traces|erase-content)\\.test',
  ].join('|'),
);

/**
 * Begins with the files that take longest, so that the workers end together. Jest orders files by how long they took;
 * on a fresh clone it only knows how large they are.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ duration, path }) => {
      if (duration !== undefined) return 2;
      return longest.test(path) ? 0 : long.test(path) ? 1 : 2;
    };
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
