import type { ShownEntry } from './entry.ts';

/** The language that a newsroom wrote an entry in, BCP 47: English if it does not say, whatever the timeline around it is in. */
export const languageOf = ({ data }: Pick<ShownEntry, 'data'>): string => data.language ?? 'en';
