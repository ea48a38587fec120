import * as z from 'zod';
import { cursorSchema } from '../../http/query-schemas.ts';
import { languageParameter } from './language-parameter.ts';

/** The parameters of the first page. */
export const storiesPageQuerySchema = z.strictObject({ cursor: cursorSchema, language: languageParameter });
