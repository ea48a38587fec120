import { InvalidInput, RevisionRequired } from '../../../events/input/errors.ts';

/** Revisions have up to six digits, as in their keys. `W/` is let pass: proxies that compress weaken what they forward. */
const entityTag = /^(?:W\/)?"(0|[1-9]\d{0,5})"$/;

/**
 * The revision that a change builds on, from `If-Match: "3"`.
 *
 * @throws {RevisionRequired} without the header
 * @throws {InvalidInput} if it is not one revision in quotes
 */
export function ifMatchRevision(headers: Readonly<Record<string, string | undefined>>): number {
  const header = headers['if-match'];
  if (header === undefined) {
    throw new RevisionRequired('Say which revision this change builds on: If-Match: "<revision>", the ETag you read.');
  }
  const revision = entityTag.exec(header.trim())?.[1];
  if (revision === undefined) {
    const detail = 'Must be one revision in double quotes, as in If-Match: "3".';
    throw new InvalidInput([{ header: 'if-match', detail }]);
  }
  return Number(revision);
}
