import { NotFound } from '../events/errors.ts';
import { manageRoute } from './lib/http.ts';

/** Nothing is answered here yet. */
export const handler = manageRoute(() => Promise.reject(new NotFound('There is nothing here yet.')));
