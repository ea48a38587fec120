import { wakeHandler } from './lib/deliver/wake-handler.ts';

/** Delivers to endpoints that are slow or fail, apart from all others. */
export const handler = wakeHandler('slow');
