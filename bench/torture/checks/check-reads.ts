import { bruteForce, type Question } from '../../../test/journeys/support/brute-force.ts';
import type { Acknowledgements, KnownEvent } from '../load/acknowledgements.ts';
import type { Seen } from '../load/reader.ts';
import type { Change } from './check-record.ts';
import type { Findings } from './findings.ts';

/** The changes of each event of a story, in their order. */
export type ChangesByEvent = ReadonlyMap<string, readonly Change[]>;

export const changesByEvent = (feed: readonly Change[]): ChangesByEvent => Map.groupBy(feed, ({ id }) => id);

/**
 * What a timeline must show as of an instant, by looking at every change: the id and revision of each entry, in order.
 */
function expectedAt(
  story: string,
  question: Question,
  asOf: string,
  known: readonly KnownEvent[],
  changes: ChangesByEvent,
) {
  const revisions = new Map<string, number>();
  const happenings = known.flatMap((event) => {
    if (!event.stories.includes(story) || event.isRedacted) return [];
    const latest = changes.get(event.id)?.findLast(({ publishedAt }) => publishedAt <= asOf);
    const happening = latest && event.revisions[latest.revision]?.happening;
    if (!latest || !happening) return [];
    revisions.set(event.id, latest.revision);
    return [{ ...happening, name: event.id }];
  });
  return bruteForce(happenings, question, (id) => id).map(({ name }) => `${name} ${revisions.get(name)}`);
}

const longestList = 20;

const shortened = (list: readonly string[]) =>
  list.length > longestList
    ? `${list.slice(0, longestList).join(', ')} and ${list.length - longestList} more`
    : list.join(', ');

/**
 * Checks everything that was read, now and of the past, against the feed. What was taken down is left out: it may have
 * been shown until it was removed.
 */
export function checkReads(
  seen: readonly Seen[],
  known: Acknowledgements,
  changes: ChangesByEvent,
  findings: Findings,
): void {
  const events = [...known.events.values()];
  const digests = new Map<string, string>();
  for (const { story, question, isDescending, asOf, isOfPast, pages, entries } of seen) {
    const all = entries.filter(({ id }) => known.events.get(id)?.isRedacted !== true);
    const expected = expectedAt(story, question, asOf, events, changes);
    if (isDescending) expected.reverse();
    const shown = all.map(({ id, revision }) => `${id} ${revision}`);
    const where = `${story} ${isDescending ? 'descending ' : ''}${JSON.stringify(question)} as of ${asOf}${isOfPast ? ', asked later,' : ''}`;
    const missing = expected.filter((one) => !shown.includes(one));
    const extra = shown.filter((one) => !expected.includes(one));
    const told = (name = '') => {
      const [id = '', revision = ''] = name.split(' ');
      return `${name} of ${known.events.get(id)?.revisions[Number(revision)]?.happening?.when.edtf}`;
    };
    const kind = pages > 1 ? 'walks' : 'timelines';
    if (missing.length > 0) findings.add(kind, `${where} lacks ${shortened(missing)}.`);
    if (extra.length > 0) findings.add(kind, `${where} should not have ${shortened(extra)}.`);
    const place = shown.findIndex((one, index) => one !== expected[index]);
    if (missing.length + extra.length === 0 && place >= 0)
      findings.add(kind, `${where} has ${told(shown[place])} where ${told(expected[place])} should be.`);
    for (const { id, revision, headline, digest } of all) {
      const word = known.events.get(id)?.revisions[revision]?.word;
      if (word && headline !== `What ${word} says`)
        findings.add('timelines', `${where} shows ${id} with another headline.`);
      const name = `${story} ${JSON.stringify(question)} ${asOf} ${id}`;
      const before = digests.get(name);
      if (before !== undefined && before !== digest)
        findings.add('immutable', `${where} showed ${id} otherwise before.`);
      digests.set(name, digest);
    }
  }
}

/** Checks what a filtered feed showed. */
export function checkFilteredFeed(
  story: string,
  shown: readonly Change[],
  feed: readonly Change[],
  known: Acknowledgements,
  findings: Findings,
): void {
  const storyId = known.descriptions.get(story)?.id;
  const expected = feed
    .filter(({ id }) => known.events.get(id)?.stories.includes(story) || (storyId !== undefined && id === storyId))
    .map(({ position }) => position);
  const found = shown.map(({ position }) => position);
  const missing = expected.filter((position) => !found.includes(position));
  const extra = found.filter((position) => !expected.includes(position));
  if (missing.length > 0)
    findings.add('changes', `The changes of ${story} lack the positions ${shortened(missing.map(String))}.`);
  if (extra.length > 0)
    findings.add('changes', `The changes of ${story} should not have the positions ${shortened(extra.map(String))}.`);
  if (found.some((position, index) => index > 0 && position <= (found[index - 1] ?? 0)))
    findings.add('changes', `The changes of ${story} are out of order.`);
}
