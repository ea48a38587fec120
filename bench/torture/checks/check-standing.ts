import { inParallel } from '../../../functions/lib/runtime/concurrency.ts';
import type { Chance } from '../../../test/support/models/chance.ts';
import type { Acknowledgements, KnownEvent } from '../load/acknowledgements.ts';
import { insist } from '../load/patient-client.ts';
import { nothingAsked, walk } from '../load/reader.ts';
import type { Findings } from './findings.ts';

const mostEvents = 60;
const readsAtOnce = 4;

/** Whether the record still shows an event: neither retracted nor taken down whole. */
function isShown({ revisions }: KnownEvent): boolean {
  const latest = revisions.at(-1);
  return latest?.kind === 'redacted' ? latest.takesDown !== undefined : latest?.kind !== 'retracted';
}

/** Checks what the API shows of single events, once nothing changes any more. */
async function checkEvents(url: string, known: Acknowledgements, luck: Chance, findings: Findings): Promise<void> {
  const all = [...known.events.values()];
  // Those with a redaction are few, and more can be wrong about them.
  const some = Array.from({ length: Math.min(mostEvents, all.length) }, () => luck.of(all));
  const asked = new Set([...all.filter(({ isRedacted }) => isRedacted).slice(0, mostEvents), ...some]);
  await inParallel([...asked], readsAtOnce, async (event) => {
    const { id, revisions } = event;
    const { status, body, text } = await insist(url, { method: 'GET', path: `/v1/events/${id}` });
    const expected = isShown(event) ? 200 : 410;
    if (status !== expected) findings.add('lost', `${id} was answered ${status} and not ${expected}.`);
    else if (body.revision !== revisions.length - 1)
      findings.add('lost', `${id} is shown as of revision ${body.revision} and not ${revisions.length - 1}.`);
    else if (status === 200 && !text.includes(`${revisions.at(-1)?.word} says`))
      findings.add('lost', `${id} does not have the headline that was acknowledged.`);
  });
}

/**
 * Checks that each story shows what stands of it, once nothing changes any more: the latest revision of every event
 * that is not gone, and nothing else. This includes events of which some revisions were taken down.
 */
export async function checkStanding(
  url: string,
  known: Acknowledgements,
  luck: Chance,
  findings: Findings,
): Promise<void> {
  await checkEvents(url, known, luck, findings);
  await inParallel([...known.stories], readsAtOnce, async (story) => {
    const shown = await walk(url, { story, question: nothingAsked, isDescending: false, limit: 100 }, findings);
    const found = new Set(shown?.entries.map(({ id, revision }) => `${id} ${revision}`));
    const standing = [...known.events.values()].filter((event) => event.stories.includes(story) && isShown(event));
    const expected = new Set(standing.map(({ id, revisions }) => `${id} ${revisions.length - 1}`));
    for (const one of expected) if (!found.has(one)) findings.add('timelines', `${story} lacks ${one} at the end.`);
    for (const one of found)
      if (!expected.has(one)) findings.add('timelines', `${story} should not have ${one} at the end.`);
  });
}
