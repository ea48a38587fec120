import { routes, type Scope } from '../../routes.ts';

/** All that a key can be allowed to do: what the routes ask for, and nothing that none of them does. */
export const scopes: readonly Scope[] = [...new Set(routes.flatMap(({ scope }) => scope ?? []))];
