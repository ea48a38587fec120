import { InvalidInput, RevisionRequired } from '../../../events/input/errors.ts';
import type { Request } from '../http/request.ts';
import { revisionOfTag } from '../http/revision-tag.ts';

type Headers = Request['headers'];

/**
 * The revision that a change builds on, from `If-Match`: `"3"`, or the tag of a story as it was read.
 *
 * @throws {RevisionRequired} without the header
 * @throws {InvalidInput} if it is not one revision in quotes
 */
export function ifMatchRevision(headers: Headers): number {
  const header = headers['if-match'];
  if (header === undefined) {
    throw new RevisionRequired(
      'Send the revision that this change builds on, as If-Match: "<revision>". It is the ETag that you have read.',
    );
  }
  const revision = revisionOfTag(header.trim());
  if (revision === undefined) {
    const detail = 'Must be one revision in double quotes, as in If-Match: "3".';
    throw new InvalidInput([{ header: 'if-match', detail }]);
  }
  return revision;
}

/**
 * What a change expects of the record: a revision by `If-Match`, nothing at all by `If-None-Match: *`. Either header
 * may be left out.
 *
 * @throws {InvalidInput} naming the header that says neither
 */
export function preconditionsOf(headers: Headers): { expected?: number; mustBeNew?: true } {
  const ifNoneMatch = headers['if-none-match']?.trim();
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    const detail = 'Must be *, which lets this create, but not change. To change a revision send If-Match.';
    throw new InvalidInput([{ header: 'if-none-match', detail }]);
  }
  return {
    ...(headers['if-match'] !== undefined && { expected: ifMatchRevision(headers) }),
    ...(ifNoneMatch !== undefined && { mustBeNew: true as const }),
  };
}
