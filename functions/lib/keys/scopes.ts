import { routes, type Scope } from '../../routes.ts';

/** All scopes that a key can have: those that routes require. */
export const scopes: readonly Scope[] = [...new Set(routes.flatMap(({ scope }) => scope ?? []))];
