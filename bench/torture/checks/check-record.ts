import type { Acknowledgements, KnownRevision } from '../load/acknowledgements.ts';
import { type Answer, insist } from '../load/patient-client.ts';
import type { Findings } from './findings.ts';

/** A change as the feed shows it, as far as the torture compares it. */
export interface Change {
  readonly position: number;
  readonly publishedAt: string;
  readonly change: string;
  readonly id: string;
  readonly revision: number;
  readonly type: string | null;
  readonly story: string | null;
  readonly note: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: the torture looks into any entry
  readonly entry: any;
}

const pageSize = 500;

/**
 * The clock that says that an event is due may be ahead by 0.8 s, and the one that dates its publication behind by as
 * much.
 */
const clockErrorMs = 2_000;

/** The feed after a position, page after page. @param query filters */
export async function readFeed(url: string, query = '', from = 0): Promise<Change[]> {
  const all: Change[] = [];
  for (let after = from; ; ) {
    const { body, status, text }: Answer = await insist(url, {
      method: 'GET',
      path: `/v1/changes?limit=${pageSize}&after=${after}${query}`,
    });
    if (status !== 200) throw new Error(`The feed was answered ${status}: ${text.slice(0, 200)}`);
    all.push(...body.changes);
    if (body.next >= body.head) return all;
    after = body.next;
  }
}

const nameOf = ({ id, revision }: Pick<Change, 'id' | 'revision'>) => `${id} ${revision}`;

/** What the feed must have and lacks. */
const missingFrom = (feed: readonly Change[], known: Acknowledgements): string[] => {
  const there = new Set(feed.map(nameOf));
  return [...known.expected().keys()].filter((name) => !there.has(name));
};

/**
 * A copy of the feed that reads what is new when it is asked. Its changes have the content that they had when they were
 * read.
 */
export class FeedCopy {
  readonly changes: Change[] = [];
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Whether all that was acknowledged is published. */
  async hasAll(known: Acknowledgements): Promise<boolean> {
    this.changes.push(...(await readFeed(this.#url, '', this.changes.at(-1)?.position ?? 0)));
    return missingFrom(this.changes, known).length === 0;
  }
}

function checkPositions(feed: readonly Change[], findings: Findings): void {
  const revisions = new Map<string, number>();
  const there = new Set<string>();
  feed.forEach((change, index) => {
    const { position, publishedAt, id, revision } = change;
    const before = feed[index - 1];
    if (position !== (before?.position ?? 0) + 1)
      findings.add('gaps', `Position ${position} follows ${before?.position ?? 0}.`);
    if (before && publishedAt <= before.publishedAt)
      findings.add(
        'clock',
        `Position ${position} was published at ${publishedAt}, and the one before at ${before.publishedAt}.`,
      );
    if (there.has(nameOf(change))) findings.add('doubled', `Revision ${revision} of ${id} is in the record twice.`);
    there.add(nameOf(change));
    const expected = (revisions.get(id) ?? -1) + 1;
    if (revision !== expected)
      findings.add('gaps', `Revision ${revision} of ${id} is at ${position}, and ${expected} was not before it.`);
    revisions.set(id, revision);
  });
}

function checkContent(
  { entry, note, id, revision, change }: Change,
  expected: KnownRevision,
  isTakenDown: boolean,
): string | null {
  if (change !== expected.kind) return `Revision ${revision} of ${id} is ${change} and not ${expected.kind}.`;
  if (isTakenDown || expected.kind === 'redacted') return null;
  const text = JSON.stringify(entry ?? {});
  if (expected.kind !== 'retracted' && !text.includes(`${expected.word} says`))
    return `Revision ${revision} of ${id} does not have the headline that was acknowledged.`;
  if (expected.noteWord && note !== `Because of ${expected.noteWord}`)
    return `Revision ${revision} of ${id} does not have the note that was acknowledged.`;
  return null;
}

function checkEmbargoes(feed: readonly Change[], { embargoes }: Acknowledgements, findings: Findings): void {
  for (const { id, revision, publishedAt } of feed) {
    const publishAt = revision === 0 ? embargoes.get(id) : undefined;
    if (publishAt !== undefined && Date.parse(publishedAt) < Date.parse(publishAt) - clockErrorMs)
      findings.add('early', `${id} was published at ${publishedAt}, and held until ${publishAt}.`);
  }
}

/** Checks the feed against all that was acknowledged. */
export function checkRecord(feed: readonly Change[], known: Acknowledgements, findings: Findings): void {
  checkPositions(feed, findings);
  checkEmbargoes(feed, known, findings);
  for (const name of missingFrom(feed, known))
    findings.add('lost', `Revision ${name.replace(/(\S+) (\d+)/, '$2 of $1')} is not in the record.`);
  const expected = known.expected();
  const stories = new Set([...known.descriptions.values()].map(({ id }) => id));
  const positions = new Map<string, number>();
  for (const change of feed) {
    const { id, position } = change;
    if (change.revision === 0) positions.set(id, position);
    const never = known.never.get(id);
    if (never) findings.add('doubled', `${id} is in the record, though it ${never}.`);
    if (change.type === 'story.described' || stories.has(id)) continue;
    const revision = expected.get(nameOf(change));
    if (!revision) {
      if (!never)
        findings.add('doubled', `Revision ${change.revision} of ${id} is in the record, and nobody asked for it.`);
      continue;
    }
    const problem = checkContent(change, revision, known.events.get(id)?.isRedacted === true);
    if (problem) findings.add('lost', problem);
  }
  for (const [story, { id, revision }] of known.descriptions)
    if (!feed.some((change) => change.id === id && change.revision === revision))
      findings.add('lost', `The description of ${story} is not in the record.`);
  for (const order of known.orders) {
    const found = order.map((id) => positions.get(id) ?? 0);
    const isRising = found.every((position, index) => index === 0 || position > (found[index - 1] ?? 0));
    if (!isRising && !found.includes(0))
      findings.add('order', `The events ${order.join(', ')} have the positions ${found.join(', ')}.`);
  }
}
