import { correctionsQuerySchema } from '../../read/corrections/corrections.ts';
import { languageParameter } from './language-parameter.ts';

/** The parameters of the page of corrections. */
export const correctionsPageQuerySchema = correctionsQuerySchema
  .omit({ limit: true, asOf: true })
  .extend({ language: languageParameter });
