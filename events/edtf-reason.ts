/** What people write instead, and what to tell them. The first that fits is told. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'Is empty.'],
  [/^\s|\s$/, 'Has a space before or after it.'],
  [/^(-|−)\d/, 'Is before the year 1: years are 0001 to 9999.'],
  [/^\+?\d{5,}-|^\+\d|^[+-]?Y|E\d|S\d/, 'Must have a year of four digits: years are 0001 to 9999.'],
  [/^\d{8}(T|$)/, 'Must have hyphens: 2020-12-01.'],
  [/^\d{4}-(2[1-9]|3\d|4[01])$/, 'Is a season or a quarter. Write the months as an interval: 2020-06/2020-08.'],
  [/[{}[\],]|\.\./, 'Is a set or a list of dates. Write one date, or an interval: 2020-11-09/2020-11-10.'],
  [/^\d{4}-\d\d-\d\d[tT ].*[~?%]$/, 'Qualifies a date with a time: ~ ? and % are for a day, a month or a year.'],
  [/[~?%]/, 'Must have no more than one of ~ ? and %, at the end: 2020-11-09~.'],
  [/^\d{4}-\d\d-\d\d[t ]|^\d{4}-\d\d-\d\dT.*z$/, 'Must have a capital T between date and time, and a capital Z.'],
  [/T\d\d:\d\d:\d\d[.,]/, 'Has a fraction of a second. Whole seconds are the finest that an event is dated by.'],
  [
    /T\d\d:\d\d(:\d\d)?$/,
    'Has a time without offset, which is another instant to every reader. Add it: +03:00, or Z for UTC.',
  ],
  [/T/, 'Must have its time as 2020-11-10T00:00:00+03:00, hours, minutes and offset with two digits each.'],
  [/x/, 'Must have capital X for unspecified digits: 2020-11-XX.'],
  [/X/, 'Must leave digits unspecified from the end on: 2020-11-XX, 2020-XX, 2020-XX-XX, 199X or 19XX.'],
  [/^\d{4}(-\d{1,2}){0,2}$/, 'Must have months and days of two digits: 2020-09-01.'],
];

const elseReason =
  'Must be a day (2020-12-01), a month (2020-12), a year (2020), an instant (2020-11-10T00:00:00+03:00), an interval ' +
  'of these (2020-11-09/2020-11-10), or one with unspecified digits (2020-11-XX).';

/** Why a text is none of the dates that can be read, in words for whoever wrote it. */
export const reasonAgainst = (text: string): string =>
  reasons.find(([pattern]) => pattern.test(text))?.[1] ?? elseReason;
