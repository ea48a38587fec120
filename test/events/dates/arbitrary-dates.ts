import fc from 'fast-check';

const digits = (number: number, count: number) => String(number).padStart(count, '0');
const years = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 2018, max: 2022 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9999 }) },
);
const qualifiers = fc.constantFrom('', '', '', '~', '?', '%');

const days = fc
  .record({ year: years, month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 31 }) })
  .map(({ year, month, day }) => {
    const last = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
    return `${digits(year, 4)}-${digits(month, 2)}-${digits(Math.min(day, last), 2)}`;
  });

/** A day, a month, a year, or one with unspecified digits. */
export const dateTexts = fc.record({ day: days, shape: fc.integer({ min: 0, max: 7 }) }).map(({ day, shape }) => {
  const [year = '', month = ''] = day.split('-');
  const shapes = [day, day, `${year}-${month}`, year, `${year}-${month}-XX`, `${year}-XX`, `${year}-XX-XX`];
  return shapes[shape] ?? `${year.slice(0, 3)}X`;
});

const offsets = fc.oneof(
  fc.constantFrom('Z', '+00:00', '-00:00', '+14:00', '-12:00', '+05:45', '+03', '-05'),
  fc.integer({ min: -11, max: 13 }).map((hours) => `${hours < 0 ? '-' : '+'}${digits(Math.abs(hours), 2)}:30`),
);

/** A date and time with its offset. */
export const dateTimeTexts = fc
  .record({
    day: days,
    minute: fc.integer({ min: 0, max: 1439 }),
    second: fc.option(fc.integer({ min: 0, max: 59 })),
    offset: offsets,
  })
  .map(({ day, minute, second, offset }) => {
    const seconds = second === null ? '' : `:${digits(second, 2)}`;
    return `${day}T${digits(Math.floor(minute / 60), 2)}:${digits(minute % 60, 2)}${seconds}${offset}`;
  });

const centuries = fc.integer({ min: 0, max: 99 }).map((century) => `${digits(century, 2)}XX`);

const momentTexts = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: dateTexts },
      { weight: 2, arbitrary: dateTimeTexts },
      { weight: 1, arbitrary: centuries },
    ),
    qualifiers,
  )
  .map((parts) => parts.join(''));

/** Texts of every form that is read; an interval may end before it begins. */
export const edtfTexts = fc.oneof(
  momentTexts,
  fc.tuple(momentTexts, momentTexts).map(([start, end]) => `${start}/${end}`),
  fc.tuple(momentTexts, fc.constantFrom('', '..')).map(([start, end]) => `${start}/${end}`),
  fc.tuple(fc.constantFrom('', '..'), momentTexts).map(([start, end]) => `${start}/${end}`),
);

/** What was right before a character was changed, dropped or put in. */
export const edtfTextsWithSlips = fc
  .record({
    text: edtfTexts,
    at: fc.nat({ max: 40 }),
    dropped: fc.nat({ max: 1 }),
    put: fc.oneof(fc.constantFrom('', ...'0123456789-/.~?%XxTZz:+ '), fc.string({ unit: 'binary', maxLength: 1 })),
  })
  .map(({ text, at, dropped, put }) => text.slice(0, at) + put + text.slice(at + dropped));

/** Zones, among them the outermost ones and those that once moved across the date line. */
export const zones = fc.constantFrom(
  'UTC',
  'Asia/Baku',
  'Europe/Moscow',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Africa/Monrovia',
  'Asia/Manila',
  'America/Juneau',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Pacific/Kwajalein',
  'Etc/GMT+12',
);
