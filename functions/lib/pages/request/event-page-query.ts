import { historyQuerySchema } from '../../read/query/event-queries.ts';
import { languageParameter } from './language-parameter.ts';

/** The parameters of the page of an event. */
export const eventPageQuerySchema = historyQuerySchema.extend({ language: languageParameter });
