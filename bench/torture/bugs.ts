import type { DatabaseAnswer, DatabaseCall } from '../../test/support/world/database-call.ts';

type Ask = (operation: string, input: unknown) => Promise<DatabaseAnswer>;

/** Does something wrong with a call. @returns the answer instead of that of the engine; undefined if the call is to be done */
export type Bug = (call: DatabaseCall, ask: Ask) => Promise<DatabaseAnswer | undefined>;

export const bugs: Readonly<Record<string, Bug>> = {};
