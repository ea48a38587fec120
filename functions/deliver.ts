import { wakeHandler } from './lib/deliver/wake-handler.ts';

/** Sends messages to endpoints that answer quickly. */
export const handler = wakeHandler('prompt');
