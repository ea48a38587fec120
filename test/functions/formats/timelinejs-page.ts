import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';
import type { TimelineDocument } from '../../../functions/lib/formats/format.ts';
import { timelinejs } from '../../../functions/lib/formats/timelinejs/timelinejs.ts';

/** A moment as the calendar and the clock of the reader's browser show it: year, month, day, hour, minute, second. */
type Shown = readonly number[];

/** One slide of a page on which TimelineJS has put a timeline. */
export interface Slide {
  readonly id: string;
  readonly headline: string;
  /** The date as it stands above the headline. */
  readonly date: string;
  readonly text: string;
  readonly links: readonly (string | null)[];
  /** Where it is drawn. */
  readonly start: Shown | null;
  readonly end: Shown | null;
}

interface TimelineJsDate {
  readonly data: { readonly date_obj: Date };
}

interface TimelineJs {
  on(name: 'loaded', listener: () => void): void;
  readonly config: {
    getErrors(): readonly unknown[];
    readonly events: readonly { unique_id: string; start_date: TimelineJsDate; end_date?: TimelineJsDate }[];
  };
}

const library = readFileSync(
  new URL('../../../node_modules/@knight-lab/timelinejs/dist/js/timeline.js', import.meta.url),
  'utf8',
);

const shown = ({ data: { date_obj } }: TimelineJsDate): Shown => [
  date_obj.getFullYear(),
  date_obj.getMonth() + 1,
  date_obj.getDate(),
  date_obj.getHours(),
  date_obj.getMinutes(),
  date_obj.getSeconds(),
];

/** Has TimelineJS itself put a timeline on a page. `acting` are the elements by which a text could do something. */
export async function timelineJsPage(timeline: TimelineDocument) {
  const { window } = new JSDOM('<div id="timeline"></div>', {
    runScripts: 'outside-only',
    pretendToBeVisual: true,
    url: 'https://desk.example/',
  });
  window.eval(library);
  const timelineJs = window.eval(`new TL.Timeline('timeline', ${timelinejs.render(timeline)})`) as TimelineJs;
  await new Promise<void>((resolve) => timelineJs.on('loaded', resolve));
  const { config } = timelineJs;
  const drawn = new Map(config.events.map((event) => [event.unique_id, event]));
  const slides = [...window.document.querySelectorAll('.tl-slide')].map((slide): Slide => {
    const textOf = (selector: string) => slide.querySelector(selector)?.textContent ?? '';
    const event = drawn.get(slide.id);
    return {
      id: slide.id,
      headline: textOf('.tl-headline'),
      date: textOf('.tl-headline-date'),
      text: textOf('.tl-text-content'),
      links: [...slide.querySelectorAll('a')].map((link) => link.getAttribute('href')),
      start: event ? shown(event.start_date) : null,
      end: event?.end_date ? shown(event.end_date) : null,
    };
  });
  const page = [...window.document.querySelectorAll('#timeline *')];
  const acting = page.filter(
    ({ tagName, attributes }) =>
      /^(script|iframe|img|svg|object|embed|style|form|input)$/i.test(tagName) ||
      [...attributes].some(({ name, value }) => /^on/i.test(name) || (name === 'href' && !/^https?:/.test(value))),
  );
  const hurt = window.eval('globalThis.hurt');
  window.close();
  return { errors: config.getErrors(), slides, acting: acting.map(({ tagName }) => tagName), hurt };
}
