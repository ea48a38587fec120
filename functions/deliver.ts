import { wakeHandler } from './lib/deliver/wake-handler.ts';

/** Delivers to endpoints that answer well. */
export const handler = wakeHandler('prompt');
