import { dayMs } from '../events/dates/durations.ts';

/** The day of the first event. */
const firstDayMs = Date.UTC(1990, 0, 1);

/** An event on one day, which is stored in less than 1 KB. Each `index` is another event. */
export function eventOfDay(index: number, story = 'bench') {
  const day = new Date(firstDayMs + (index % 10_000) * dayMs).toISOString().slice(0, 10);
  return {
    type: 'development.reported',
    id: `bench-${index}`,
    subject: story,
    data: {
      when: { edtf: day, tz: 'Asia/Baku' },
      headline: `Development ${index} is reported`,
      status: 'reported',
      places: [{ name: 'Lachin', iso3166_2: 'AZ-LAC' }],
      actors: [{ name: 'Azerbaijan', iso3166: 'AZ' }],
      sources: [{ url: `https://example.org/${index}`, publisher: 'AFP' }],
    },
  };
}
