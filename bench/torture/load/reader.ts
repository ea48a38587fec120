import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Question } from '../../../test/journeys/support/brute-force.ts';
import { randomDay } from '../../../test/journeys/support/imprecise-events.ts';
import type { Chance } from '../../../test/support/models/chance.ts';
import type { Findings } from '../checks/findings.ts';
import { insist, NoAnswer } from './patient-client.ts';

/** An entry, as far as it is compared later. */
interface ShownEntry {
  readonly id: string;
  readonly revision: number;
  readonly headline: string;
  /** A hash of all of it. */
  readonly digest: string;
}

/** What a reader saw of a timeline, walking through it by cursor. */
export interface Seen {
  readonly story: string;
  readonly question: Question;
  readonly isDescending: boolean;
  /** The instant that the walk was pinned to. */
  readonly asOf: string;
  /** Whether the reader named the instant. */
  readonly isOfPast: boolean;
  readonly pages: number;
  /** What was shown, in order. */
  readonly entries: readonly ShownEntry[];
}

/** A question for everything. */
export const nothingAsked: Question = { from: null, to: null, tz: null, match: 'overlap' };

/** A question for a range of days, or for everything. */
function anyQuestion(luck: Chance): Question {
  if (luck.so(0.4)) return nothingAsked;
  const random = () => luck.below(1_000_000) / 1_000_000;
  const [from = '', to = ''] = [randomDay(random), randomDay(random)].sort();
  const shorten = (day: string) => day.slice(0, luck.of([4, 7, 10]));
  return {
    from: luck.so(0.8) ? shorten(from) : null,
    to: luck.so(0.8) ? shorten(to) : null,
    tz: luck.of([null, null, 'UTC', 'Asia/Baku', 'America/New_York']),
    match: luck.of(['overlap', 'overlap', 'within', 'starts']),
  };
}

/** Walks through a timeline. @param asOf an instant of the past @returns undefined if there is no such story yet */
export async function walk(
  url: string,
  {
    story,
    question,
    isDescending,
    limit,
    asOf,
  }: Omit<Seen, 'entries' | 'asOf' | 'isOfPast' | 'pages'> & { limit: number; asOf?: string },
  findings: Findings,
  show?: Reader['show'],
): Promise<Seen | undefined> {
  const asked = new URLSearchParams({ story, order: isDescending ? 'desc' : 'asc', limit: String(limit) });
  for (const [name, value] of Object.entries(question)) if (value !== null) asked.set(name, value);
  if (asOf) asked.set('asOf', asOf);
  const entries: ShownEntry[] = [];
  let cursor: string | null = null;
  let pinned = '';
  let pages = 0;
  do {
    if (cursor !== null) asked.set('cursor', cursor);
    const answer = await insist(url, { method: 'GET', path: `/v1/timeline?${asked}` });
    if (answer.status !== 200) {
      findings.add('walks', `/v1/timeline?${asked} was answered ${answer.status}: ${answer.text.slice(0, 200)}`);
      return undefined;
    }
    pages++;
    for (const { id, revision, ...entry } of answer.body.entries) {
      const digest = createHash('sha256').update(JSON.stringify(entry)).digest('base64');
      entries.push({ id, revision, headline: entry.data.headline, digest });
    }
    show?.(`/v1/timeline?${asked}`, answer.text);
    if (pages > 1 && answer.body.asOf !== pinned)
      findings.add('walks', `A walk through ${story} as of ${pinned} went on as of ${answer.body.asOf}.`);
    pinned = answer.body.asOf;
    cursor = answer.body.nextCursor;
  } while (cursor !== null);
  const ids = entries.map(({ id }) => id);
  if (new Set(ids).size < ids.length)
    findings.add('walks', `A walk through ${story} as of ${pinned} showed an event twice.`);
  return { story, question, isDescending, asOf: pinned, isOfPast: asOf !== undefined, pages, entries };
}

/** A reader of some stories. */
export interface Reader {
  readonly url: string;
  readonly stories: ReadonlySet<string>;
  readonly luck: Chance;
  readonly seen: Seen[];
  /** Gets the text of every page. */
  readonly show?: (path: string, text: string) => void;
  readonly findings: Findings;
  goOn(): Promise<boolean>;
  readonly pauseMs: number;
  /** Of the walks: the share that is as of an instant of an earlier one. Default: a half. */
  readonly pastReads?: number;
}

/** Lets a reader read, now and the past, until it is to stop. */
export async function read(reader: Reader): Promise<void> {
  const { url, stories, luck, seen, findings, goOn, pauseMs, show, pastReads = 0.5 } = reader;
  while (await goOn()) {
    if (stories.size === 0) {
      await delay(pauseMs);
      continue;
    }
    const past = luck.so(pastReads) && seen.length > 3 ? luck.of(seen) : undefined;
    const one = await walk(
      url,
      {
        story: past?.story ?? luck.of([...stories]),
        question: past?.question ?? anyQuestion(luck),
        isDescending: past?.isDescending ?? luck.so(0.4),
        limit: luck.of([2, 3, 7, 20, 100]),
        ...(past && { asOf: past.asOf }),
      },
      findings,
      show,
    ).catch((error) => {
      if (!(error instanceof NoAnswer)) throw error;
      findings.add('stopped', error.message);
      return undefined;
    });
    if (one) seen.push(one);
    await delay(luck.below(pauseMs));
  }
}
