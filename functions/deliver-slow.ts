import { wakeHandler } from './lib/deliver/wake-handler.ts';

/** Sends messages to endpoints that are slow or fail, so that they delay no others. */
export const handler = wakeHandler('slow');
