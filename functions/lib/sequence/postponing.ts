import { bytesOfValues } from '../../../events/event-values.ts';
import { paceOfEntry } from '../../../events/pace.ts';
import { mayBePostponed, promptlyTakenBack, type TakenBack, withTakenBack } from '../../../events/postponing.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import type { Draft } from './drafts.ts';

/** Beyond it, everything is forgotten: a newsroom is postponed a little later then. */
const maximumNewsrooms = 1_000;

/** How much each newsroom takes back at once. Tests replace it. */
export const postponing = { most: promptlyTakenBack };

const known = new Map<string, TakenBack>();

/** How many revisions one counts as, by the values that it carries in the feed. */
export const sizeOf = ({ values }: Pick<FeedEntry, 'values'>): number => paceOfEntry(bytesOfValues(values));

/** Whether a revision is published later, since its author takes back too much at once. What is not is counted. */
export function isPostponed({ entry, author }: Draft): boolean {
  if (!mayBePostponed(entry.kind)) return false;
  const counted = withTakenBack(known.get(author), Date.now(), postponing.most, sizeOf(entry));
  if (!counted) return true;
  if (known.size >= maximumNewsrooms) known.clear();
  known.set(author, counted);
  return false;
}
