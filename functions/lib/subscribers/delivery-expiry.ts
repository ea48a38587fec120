import { dayMs } from '../../../events/dates/durations.ts';

const keptForMs = 90 * dayMs;

/** When what ended at an instant is to be forgotten, in epoch seconds, as DynamoDB's time to live wants them. */
export const expiryOf = (at: string) => Math.floor((Date.parse(at) + keptForMs) / 1_000);

/** Whether what was published at an instant may have been forgotten by now. */
export const isForgotten = (publishedAt: string) => Date.parse(publishedAt) + keptForMs < Date.now();
