import type { Operations } from './operation.ts';
import { deliveries } from './operations/deliveries.ts';
import { documentation } from './operations/documentation.ts';
import { endpoints } from './operations/endpoints.ts';
import { events } from './operations/events.ts';
import { heldEvents } from './operations/held-events.ts';
import { pages } from './operations/pages.ts';
import { record } from './operations/record.ts';
import { redactions } from './operations/redactions.ts';
import { stories } from './operations/stories.ts';
import { timelines } from './operations/timelines.ts';
import { writing } from './operations/writing.ts';

/** The descriptions of all routes. */
export const operations: Operations = {
  ...timelines,
  ...events,
  ...stories,
  ...record,
  ...writing,
  ...heldEvents,
  ...redactions,
  ...endpoints,
  ...deliveries,
  ...pages,
  ...documentation,
};
