const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = `(?<month>${months.join('|')})`;
const dayName = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const longDayName = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';
const time = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)';

/** IMF-fixdate, and the obsolete forms of RFC 850 and of asctime. */
const forms = [
  `${dayName}, (?<day>\\d{2}) ${month} (?<year>\\d{4}) ${time} GMT`,
  `${longDayName}, (?<day>\\d{2})-${month}-(?<year>\\d{2}) ${time} GMT`,
  `${dayName} ${month} (?<day>\\d{2}| \\d) ${time} (?<year>\\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/**
 * A year of two digits may be in the future by this many years. Otherwise it is the last one in the past with these
 * digits.
 */
const longestAheadYears = 50;

function yearsLater(now: number, years: number): number {
  const date = new Date(now);
  return date.setUTCFullYear(date.getUTCFullYear() + years);
}

/** The instant in a year; NaN if the month has no such day. */
function instantIn(year: number, { month: name = '', day, hour, minute, second }: Record<string, string>): number {
  const monthIndex = months.indexOf(name);
  // `Date.UTC` would take a year below 100 for one of the twentieth century.
  const date = new Date(0);
  date.setUTCFullYear(year, monthIndex, Number(day));
  if (date.getUTCMonth() !== monthIndex) return Number.NaN;
  return date.setUTCHours(Number(hour), Number(minute), Number(second));
}

/**
 * The instant of an HTTP date in any of its three forms (RFC 9110, section 5.6.7), in epoch milliseconds; undefined if
 * it is not valid. A leap second counts as the second after it. Whether the day of the week is the right one is not
 * checked.
 *
 * @param now epoch milliseconds, by which the century of a year of two digits is found
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  const parts = forms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (!parts) return undefined;
  const { year = '' } = parts;
  if (year.length === 4) return [instantIn(Number(year), parts)].find((instant) => !Number.isNaN(instant));
  const latest = yearsLater(now, longestAheadYears);
  const century = Math.floor(new Date(latest).getUTCFullYear() / 100) * 100;
  return [century, century - 100]
    .map((start) => instantIn(start + Number(year), parts))
    .find((instant) => instant <= latest);
}
