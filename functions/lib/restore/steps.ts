import { type EventItems, eventsIn, type LogTable } from '../event-log/log-copy.ts';

const eventsPerStep = 64;

/** The events of a table, some at a time. */
export async function* stepsOf(table: LogTable): AsyncGenerator<EventItems[]> {
  let step: EventItems[] = [];
  for await (const event of eventsIn(table)) {
    step.push(event);
    if (step.length < eventsPerStep) continue;
    yield step;
    step = [];
  }
  if (step.length > 0) yield step;
}
