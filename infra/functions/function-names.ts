import { routes } from '../../functions/routes.ts';

/** Every function of the stack: each is `functions/<name>.ts`, bundled as `<name>/index.mjs`. */
export const functionNames: readonly string[] = [
  ...new Set(routes.map((route) => route.function)),
  'unrouted',
  'authorize',
  'sequence',
  'project',
  'fan-out',
  'deliver',
  'deliver-slow',
  'sweep',
];
