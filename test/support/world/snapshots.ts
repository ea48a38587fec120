import { formatNames } from '../../../functions/lib/formats/format.ts';
import type { World } from './world.ts';

/** What a reader keeps of an answer. */
export interface Snapshot {
  readonly status: number;
  readonly text: string;
  readonly etag: string | undefined;
  readonly type: string | undefined;
}

/**
 * What is asked of a timeline, in turns: every filter, every kind of range, both orders, and several lengths of pages.
 */
const questions = [
  'order=asc',
  'order=desc&limit=3',
  'story=karabakh-2020',
  'story=french-senate&order=desc&limit=2',
  'story=minsk-group&limit=1',
  'type=hostilities.reported&limit=4',
  'actor=RU&order=desc',
  'actor=minsk-group&from=2020-11-10',
  'place=AZ-LAC&story=karabakh-2020&limit=2',
  'place=shusha&status=confirmed',
  'topic=medtop:20000056',
  'status=confirmed&to=2020-11-09&limit=3',
  'date=2020-11-10',
  'from=2020-11&to=2020-11&match=within&order=desc',
  'from=2020&match=starts&limit=5',
  'date=1988/1994&limit=1',
  'from=2020-11-10&to=2020-11-10&tz=America/New_York',
  'from=2020-11-09T21:00:00Z&to=2020-11-09T21:00:01Z',
  'story=karabakh-2020&to=2020-11-09T20:00:00Z&order=desc&limit=2',
  'story=nobody-tells-it',
];

const countings = ['interval=day', 'interval=month&story=karabakh-2020&from=2020-11', 'interval=year&actor=RU&tz=UTC'];

/** Addresses to ask, without the moment: different ones each turn, and after some turns all of them. */
export function addressesOf(turn: number, ids: readonly string[]): string[] {
  const timelines = questions.flatMap((question, index) => {
    const format = formatNames[(index + turn) % formatNames.length];
    const forms = (index + turn) % 3 === 0 ? ['json', format] : [];
    return forms.map((form) => `/v1/timeline?format=${form}&${question}`);
  });
  const counts = countings.map((counting) => `/v1/timeline/counts?${counting}`);
  return [...timelines, ...counts, ...ids.map((id) => `/v1/events/${id}?`)];
}

/** The address as of a moment. */
export const asOf = (address: string, moment: string) => `${address}&asOf=${moment}`;

/** What is answered at an address, and at those that it links to as the next ones. */
export async function snapshotsOf(world: World, address: string): Promise<Snapshot[]> {
  const pages: Snapshot[] = [];
  for (let next: string | undefined = address; next !== undefined; ) {
    const { status, text, headers } = await world.get(next);
    pages.push({ status, text, etag: headers.etag, type: headers['content-type'] });
    next = /^<(.*)>; rel="next"$/.exec(headers.link ?? '')?.[1];
  }
  return pages;
}
