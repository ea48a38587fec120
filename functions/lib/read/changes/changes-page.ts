import { feedHead } from '../../event-log/feed.ts';
import { assertReached } from '../../event-log/requested-position.ts';
import type { Answer } from '../../http/answer.ts';
import { answerText } from '../../http/answer.ts';
import { nextLink } from '../../http/links.ts';
import type { Request } from '../../http/request.ts';
import { type ChangesQuery, filterOf } from '../query/changes-query.ts';
import type { ChangesAnswer } from './changes-answer.ts';
import { ChangesScan } from './changes-scan.ts';

/** The last position that the page knows of; of one that has ended, the last there is. */
async function headOf(scan: ChangesScan, after: number): Promise<number> {
  if (scan.isFollowed) return scan.next + 1;
  if (scan.next > after && !scan.isBeforeGap) return scan.next;
  const { position } = await feedHead('eventual');
  return scan.next > after ? Math.max(position, scan.next) : position;
}

/**
 * Looks at the feed for a page of changes.
 *
 * @throws {InvalidInput} when the record has not come to the requested position
 */
export async function beginChanges(query: ChangesQuery): Promise<ChangesScan> {
  const { after, limit } = query;
  const scan = new ChangesScan({ after, limit, filter: await filterOf(query) });
  await scan.advance();
  if (scan.next === after && !scan.isBeforeGap) await assertReached(after);
  return scan;
}

/**
 * A page of changes.
 *
 * A page that is full and has something after it never changes: its `head` therefore is `next + 1`, what it knows to be
 * there, and not the last position at the time. On the last page `head` is the last position. Either way there is more
 * while `next` is below `head`.
 */
export async function changesPage(
  request: Request,
  scan: ChangesScan,
  after: number,
  caching: Record<string, string>,
): Promise<Answer> {
  const { changes, next } = scan;
  const head = await headOf(scan, after);
  return {
    status: 200,
    headers: {
      ...caching,
      'content-type': 'application/json',
      ...nextLink(request, 'after', after < next && next < head ? String(next) : null),
    },
    body: answerText<ChangesAnswer, 'changes'>('changes', changes, { next, head }),
  };
}
