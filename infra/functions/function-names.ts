import { routes } from '../../functions/routes.ts';

/** The names of all functions of the stack. Each is `functions/<name>.ts`, bundled as `<name>/index.mjs`. */
export const functionNames: readonly string[] = [
  ...new Set(routes.map((route) => route.function)),
  'unrouted',
  'authorize',
  'sequence',
  'sequence-postponed',
  'project',
  'fan-out',
  'deliver',
  'deliver-slow',
  'sweep',
  'erase-content',
  'publish-held-events',
];
