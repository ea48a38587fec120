const dayMs = 86_400_000;
const firstYear = 1985;
const years = 40;
const zones = [undefined, 'UTC', 'Asia/Baku', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'];

/** A date as a journalist knows it: what is written, and the first and last day it may mean, where it happened. */
interface Known {
  readonly text: string;
  readonly first: string;
  readonly last: string;
}

/** What happened, by days where it happened; null is unbounded. An exact time has its instant instead. */
export interface Happening {
  readonly name: string;
  readonly when: { edtf: string; tz?: string; kind?: 'point' | 'span' };
  readonly first: string | null;
  readonly last: string | null;
  /** The days that are known where an end is unknown, not open. */
  readonly known?: { first: string; last: string };
  /** Of a time to the second. */
  readonly instant?: number;
  readonly kind: 'point' | 'span';
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const oneOf = <Item>(items: readonly Item[], random: () => number): Item =>
  items[Math.floor(random() * items.length)] as Item;

export function randomDay(random: () => number): string {
  const day = Date.UTC(firstYear, 0, 1) + Math.floor(random() * years * 365) * dayMs;
  return new Date(day).toISOString().slice(0, 10);
}

const lastDayOfMonth = (month: string) =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).toISOString().slice(0, 10);

const writings: ((day: string) => Known)[] = [
  (day) => ({ text: day, first: day, last: day }),
  (day) => ({ text: day, first: day, last: day }),
  (day) => ({ text: `${day}~`, first: day, last: day }),
  (day) => ({ text: day.slice(0, 7), first: `${day.slice(0, 7)}-01`, last: lastDayOfMonth(day) }),
  (day) => ({ text: `${day.slice(0, 7)}-XX`, first: `${day.slice(0, 7)}-01`, last: lastDayOfMonth(day) }),
  (day) => ({ text: `${day.slice(0, 4)}?`, first: `${day.slice(0, 4)}-01-01`, last: `${day.slice(0, 4)}-12-31` }),
  (day) => ({ text: `${day.slice(0, 3)}X`, first: `${day.slice(0, 3)}0-01-01`, last: `${day.slice(0, 3)}9-12-31` }),
];

type Extent = Pick<Happening, 'first' | 'last' | 'known' | 'instant' | 'kind'> & { edtf: string; tz?: string };

const forms: ((random: () => number) => Extent)[] = [
  (random) => {
    const { text, first, last } = oneOf(writings, random)(randomDay(random));
    return { edtf: text, first, last, kind: 'point' };
  },
  (random) => {
    const [begin = '', end = ''] = [randomDay(random), randomDay(random)].sort();
    const [one, other] = [oneOf(writings, random)(begin), oneOf(writings, random)(end)];
    return { edtf: `${one.text}/${other.text}`, first: one.first, last: other.last, kind: 'span' };
  },
  (random) => {
    const { text, first, last } = oneOf(writings, random)(randomDay(random));
    if (random() < 0.5) return { edtf: `${text}/..`, first, last: null, kind: 'span' };
    return { edtf: `../${text}`, first: null, last, kind: 'span' };
  },
  (random) => {
    const { text, first, last } = oneOf(writings, random)(randomDay(random));
    const known = { first, last };
    if (random() < 0.5) return { edtf: `${text}/`, first, last: null, known, kind: 'span' };
    return { edtf: `/${text}`, first: null, last, known, kind: 'span' };
  },
  (random) => {
    const day = randomDay(random);
    const time = new Date(Math.floor(random() * dayMs)).toISOString().slice(11, 19);
    const edtf = `${day}T${time}${oneOf(['Z', '+04:00', '-05:00', '+13:00'], random)}`;
    return { edtf, first: day, last: day, instant: Date.parse(edtf), kind: 'point' };
  },
];

/** As many events as asked for, of all the forms that a date can take, in several zones; the same in every run. */
export function impreciseHappenings(count: number): Happening[] {
  const random = randomNumbers(1994);
  return Array.from({ length: count }, (_, index) => {
    // Days are the most frequent, as in the news.
    const { edtf, ...extent } = (oneOf([forms[0], forms[0], ...forms], random) as (typeof forms)[0])(random);
    // A time brings its offset; a zone would move its day.
    const tz = extent.instant === undefined ? oneOf(zones, random) : undefined;
    const kind = extent.instant === undefined && random() < 0.1 ? oneOf(['point', 'span'] as const, random) : undefined;
    const when = { edtf, ...(tz && { tz }), ...(kind && { kind }) };
    return { name: `happening-${index}`, ...extent, ...(kind && { kind }), when };
  });
}
