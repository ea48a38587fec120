import { NotFound } from '../events/errors.ts';
import { readRoute } from './lib/http.ts';

export const handler = readRoute(async () => {
  throw new NotFound('Not there yet.');
});
