import { plainWords } from './plain-words.ts';
import type { Words } from './words.ts';

/** The words for a type of event, which may be any text that a query has. */
export const typeInWords = (type: string, { types }: Pick<Words, 'types'>): string =>
  (Object.hasOwn(types, type) ? types[type] : undefined) ?? plainWords(type);

/** The words for a status, which may be any text that a query has: one that there is not stays as it is. */
export const statusInWords = (status: string, { statuses }: Pick<Words, 'statuses'>): string =>
  Object.hasOwn(statuses, status) ? statuses[status as keyof typeof statuses] : status;
