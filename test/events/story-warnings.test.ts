import { afterEach, expect, jest, test } from '@jest/globals';
import { parseEvent } from '../../events/event.ts';
import { namedIn } from '../../events/filters/facets.ts';
import { storyWarningsOf } from '../../events/story-warnings.ts';
import { developmentWith } from './samples.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const days = { civilEarliest: '2020-11-10', civilLatest: '2020-11-10' };
const namesOfEvent = 16;

/** An event that names as many actors as it may, none of which another event names. */
const eventNaming = (prefix: string) =>
  parseEvent(
    developmentWith({
      when: { edtf: '2020-11-09' },
      actors: Array.from({ length: namesOfEvent }, (_, index) => ({ name: `${prefix} group of the ${index}th army` })),
    }),
    { id: prefix, source: '/newsrooms/example' },
  );

test('a batch of events with many names is compared with a story with many names, each of which is prepared once', () => {
  const events = Array.from({ length: 100 }, (_, index) => ({
    eventId: `evt_${index}`,
    type: 'talks.held',
    days,
    named: namedIn(eventNaming(`known ${index}`)),
  }));
  const story = { entries: events.length, first: '2020-11-09', last: '2020-11-10', events };
  const batch = Array.from({ length: 100 }, (_, index) => eventNaming(`${index} other`));
  const misspelt = eventNaming('knowm 7');
  const normalize = jest.spyOn(String.prototype, 'normalize');
  for (const [index, event] of batch.entries()) expect(storyWarningsOf(event, `evt_new_${index}`, story)).toEqual([]);
  expect(storyWarningsOf(misspelt, 'evt_misspelt', story)).toHaveLength(namesOfEvent);
  // The names of the story are made comparable; those of the batch are also made identifiers, in two steps.
  expect(normalize.mock.calls.length).toBeLessThanOrEqual((events.length + 3 * (batch.length + 1)) * namesOfEvent);
});
