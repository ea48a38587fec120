import { unitTests } from './jest.unit.config.js';

/**
 * Who may import whom: an allow-list of rooms. A room is a folder (without its subfolders, unless it ends in `/**`) or
 * a file; it may import itself and what is listed behind it. Whatever is not listed is refused, so a new room needs a
 * line of its own.
 *
 * Rooms stand on floors: each imports only from floors below it.
 */
const domain = [
  'events',
  'events/catalogue/**',
  'events/dates',
  'events/decisions',
  'events/filters',
  'events/input',
  'events/timeline',
  'events/webhooks',
];
const routes = 'functions/routes.ts';
const lib = (...names) => names.map((name) => `functions/lib/${name}`);
const infra = (...names) => names.map((name) => `infra/${name}`);
const local = (...names) => names.map((name) => `local/${name}`);

export const mayImport = {
  // The domain: pure.
  'events/input': [],
  'events/dates': ['events/input'],
  'events/catalogue/**': ['events/input', 'events/dates'],
  'events/filters': ['events/input', 'events/catalogue/**'],
  events: ['events/input', 'events/dates', 'events/catalogue/**', 'events/filters'],
  'events/decisions': ['events/input', 'events/dates', 'events/catalogue/**', 'events/filters', 'events'],
  'events/timeline': ['events/input', 'events/dates', 'events/catalogue/**', 'events/filters', 'events'],
  'events/webhooks': [
    'events/input',
    'events/dates',
    'events/catalogue/**',
    'events/filters',
    'events',
    'events/timeline',
  ],

  // What functions share: the runtime, a room per table, the HTTP door, the boxes of the flow.
  [routes]: ['events/filters'],
  'functions/lib/runtime': ['events/input'],
  'functions/lib/event-log': [...domain, ...lib('runtime')],
  'functions/lib/timelines': [...domain, ...lib('runtime')],
  'functions/lib/subscribers/table': [...domain, ...lib('runtime')],
  'functions/lib/subscribers/endpoints': [...domain, ...lib('runtime', 'subscribers/table')],
  'functions/lib/subscribers/deliveries': [
    ...domain,
    ...lib('runtime', 'event-log', 'subscribers/table', 'subscribers/endpoints'),
  ],
  'functions/lib/subscribers/fan-out': [
    ...domain,
    ...lib('runtime', 'event-log', 'subscribers/table', 'subscribers/endpoints'),
  ],
  'functions/lib/redactions': [...domain, ...lib('runtime')],
  'functions/lib/held-events': [...domain, ...lib('runtime')],
  'functions/lib/keys': [routes, 'events', 'events/input', 'events/dates', ...lib('runtime')],
  'functions/lib/json': ['events/input'],
  'functions/lib/http': [...domain, routes, ...lib('runtime', 'json')],
  'functions/lib/route': [...domain, routes, ...lib('runtime', 'http')],
  'functions/lib/quota': [...domain, ...lib('runtime', 'http', 'route', 'keys')],
  'functions/lib/append': [...domain, ...lib('runtime', 'event-log', 'timelines', 'http', 'route', 'quota')],
  'functions/lib/embargo': [...domain, ...lib('runtime', 'event-log', 'held-events', 'http', 'append')],
  'functions/lib/newsroom': domain,
  'functions/lib/redact': [...domain, ...lib('runtime', 'event-log', 'redactions', 'http', 'append')],
  'functions/lib/erase': [
    ...domain,
    ...lib('runtime', 'event-log', 'timelines', 'subscribers/*', 'redactions', 'redact'),
  ],
  'functions/lib/sequence': [...domain, ...lib('runtime', 'event-log')],
  'functions/lib/project': [...domain, ...lib('runtime', 'event-log', 'timelines')],
  'functions/lib/rebuild': [...domain, ...lib('runtime', 'event-log', 'timelines', 'project')],
  'functions/lib/restore': [
    ...domain,
    ...lib('runtime', 'event-log', 'timelines', 'subscribers/*', 'redactions', 'sequence'),
  ],
  'functions/lib/move': [
    ...domain,
    ...lib('event-log', 'timelines', 'subscribers/endpoints', 'redactions', 'held-events', 'keys'),
    ...lib('redact', 'erase', 'sequence', 'project', 'rebuild'),
  ],
  'functions/lib/fan-out': [...domain, ...lib('runtime', 'event-log', 'timelines', 'subscribers/*')],
  'functions/lib/deliver': [...domain, ...lib('runtime', 'event-log', 'timelines', 'subscribers/*', 'fan-out')],
  'functions/lib/words': domain,
  'functions/lib/facts': [...domain, ...lib('words')],
  'functions/lib/formats/**': [...domain, ...lib('http', 'words', 'facts')],
  // A room per kind of answer, above the cards that they are made from.
  'functions/lib/read/query': [...domain, ...lib('http', 'formats/**', 'words')],
  'functions/lib/read/cards': [...domain, ...lib('runtime', 'event-log', 'timelines', 'http', 'read/query')],
  'functions/lib/read/publications': [...domain, ...lib('event-log', 'timelines', 'http', 'read/cards')],
  'functions/lib/read/timeline': [
    ...domain,
    ...lib('runtime', 'event-log', 'timelines', 'http', 'formats/**', 'words'),
    ...lib('read/query', 'read/cards', 'read/publications'),
  ],
  'functions/lib/read/counts': [
    ...domain,
    ...lib('runtime', 'event-log', 'timelines', 'http', 'formats/**'),
    ...lib('read/query', 'read/cards', 'read/timeline'),
  ],
  'functions/lib/read/changes': [...domain, ...lib('runtime', 'event-log', 'redactions', 'http', 'read/query')],
  'functions/lib/read/corrections': [...domain, ...lib('timelines', 'http', 'read/cards')],
  'functions/lib/read/event': [...domain, ...lib('event-log', 'http')],
  'functions/lib/read/story': [...domain, ...lib('timelines', 'http', 'formats/**', 'read/cards')],
  'functions/lib/read/health': domain,
  'functions/lib/html': [],
  'functions/lib/map': lib('html'),
  // A room per page, above what pages share.
  'functions/lib/pages/document': [...domain, ...lib('html', 'http', 'words')],
  'functions/lib/pages/script': [],
  'functions/lib/pages/request': [...domain, ...lib('http', 'words', 'read/query', 'read/corrections')],
  'functions/lib/pages/problem': lib('html', 'http', 'pages/document', 'pages/request', 'pages/parts'),
  'functions/lib/pages/parts': [...domain, ...lib('html', 'http', 'words', 'facts', 'formats/**', 'pages/document')],
  'functions/lib/pages/discovery': [...domain, ...lib('html', 'http', 'formats/**', 'pages/document')],
  'functions/lib/pages/stories': [
    ...domain,
    ...lib('html', 'words', 'formats/**', 'read/story', 'pages/document', 'pages/parts'),
  ],
  'functions/lib/pages/story': [
    ...domain,
    ...lib('timelines', 'html', 'http', 'words', 'formats/**', 'map'),
    ...lib('read/cards', 'read/publications', 'read/timeline', 'read/counts', 'read/story'),
    ...lib('pages/document', 'pages/script', 'pages/request', 'pages/parts', 'pages/discovery'),
  ],
  'functions/lib/pages/event': [
    ...domain,
    ...lib('runtime', 'timelines', 'html', 'words', 'facts', 'formats/**', 'read/changes', 'read/event'),
    ...lib('pages/document', 'pages/parts', 'pages/discovery'),
  ],
  'functions/lib/pages/corrections': [...domain, ...lib('html', 'pages/document', 'pages/parts')],
  'functions/lib/endpoints': [...domain, ...lib('runtime', 'event-log', 'subscribers/*', 'http')],
  'functions/lib/documentation': ['events/input', ...lib('http', 'formats/**')],

  // The handlers, which never import each other.
  functions: [
    ...domain,
    routes,
    'functions/lib/*',
    'functions/lib/formats/**',
    'functions/lib/read/*',
    'functions/lib/subscribers/*',
    'functions/lib/pages/*',
    'openapi.json',
  ],

  // The document, from the schemas that answer.
  'openapi/**': [
    ...domain,
    routes,
    ...lib('http', 'append', 'embargo', 'newsroom', 'redact', 'endpoints', 'formats/**', 'documentation'),
    'functions/lib/read/*',
    ...lib('pages/request', 'pages/discovery'),
  ],

  // What the guides take from the code.
  'docs/**': [
    'commands',
    'commands/terminal',
    'events',
    'events/input',
    'events/dates',
    'events/webhooks',
    'functions/lib/facts',
    'infra/stage-templates.ts',
    ...infra('config', 'costs'),
  ],

  // The stack.
  'timeline.config.ts': infra('config'),
  // The default quotas have one owner, in the domain.
  'infra/config': ['events'],
  // What the synthesized template costs.
  'infra/costs': [],
  'infra/tables': infra('config'),
  'infra/monitoring': infra('config'),
  'infra/bindings': ['events', ...infra('config', 'tables')],
  // Queues and workers take their delays and timeouts from the domain: delivery timing has one owner.
  'infra/queues': ['events/webhooks', ...infra('bindings')],
  'infra/functions': [routes, ...infra('config', 'tables', 'bindings', 'queues', 'monitoring')],
  'infra/flow': ['events', 'events/webhooks', ...infra('config', 'tables', 'bindings', 'queues', 'functions')],
  'infra/edge': [routes, ...infra('config', 'tables', 'bindings', 'functions')],
  // The one way from a terminal to the stacks: synthesized, they are only read.
  'infra/stage-templates.ts': ['infra', ...infra('config', 'costs', 'functions')],
  infra: [
    'timeline.config.ts',
    'infra/stage-templates.ts',
    routes,
    ...infra('config', 'tables', 'monitoring', 'bindings', 'queues', 'functions', 'flow', 'edge', 'costs'),
  ],

  // The local system, which knows the synthesized template only.
  'local/local-system-error.ts': [],
  'local/loopback-request.ts': [],
  'local/template': ['local/local-system-error.ts'],
  'local/engines': ['local/local-system-error.ts', 'local/loopback-request.ts', ...local('template')],
  'local/functions': ['local/local-system-error.ts', ...local('template', 'engines')],
  'local/gateway': ['local/local-system-error.ts', 'local/loopback-request.ts', ...local('template', 'functions')],
  'local/sources': ['local/local-system-error.ts', ...local('template', 'engines', 'functions')],
  'local/data': ['local/local-system-error.ts', ...local('template', 'engines')],
  local: [
    'local/local-system-error.ts',
    'local/loopback-request.ts',
    ...local('template', 'engines', 'functions', 'gateway', 'sources', 'data'),
  ],

  // What is run from a terminal. First what they share: the terminal, the tables, the API. Then a room per command or
  // group of commands, which do not import each other.
  'commands/terminal': ['local/local-system-error.ts'],
  'commands/tables': ['commands/terminal', 'local/local-system-error.ts', ...local('data', 'engines')],
  'commands/api': [...domain, routes, ...lib('runtime', 'keys'), ...local('engines'), 'commands/terminal'],
  'commands/desk': [...domain, 'commands/terminal', 'commands/api'],
  'commands/reader': [...domain, ...local('data'), 'commands/terminal', 'commands/api'],
  'commands/subscriber': [...domain, 'commands/terminal', 'commands/api'],
  'commands/import/**': [
    ...domain,
    ...lib('runtime'),
    'local/loopback-request.ts',
    'commands/terminal',
    'commands/api',
  ],
  'commands/key': [...domain, routes, ...lib('runtime', 'keys'), 'commands/terminal', 'commands/tables'],
  'commands/story': [
    ...domain,
    ...lib('runtime', 'event-log', 'erase', 'move'),
    'commands/terminal',
    'commands/tables',
  ],
  'commands/redact': [...lib('redact', 'move'), 'commands/terminal'],
  'commands/reconcile': [
    'events/dates',
    ...lib('runtime', 'timelines', 'redactions', 'erase'),
    ...local('engines'),
    'commands/tables',
  ],
  'commands/preflight': [...lib('runtime'), 'commands/terminal'],
  'commands/doctor': ['events', 'commands/api'],
  'commands/smoke': ['local/loopback-request.ts'],
  'commands/completion': [],
  commands: [
    ...domain,
    'local/local-system-error.ts',
    'local/loopback-request.ts',
    'local',
    ...local('data', 'engines'),
    ...lib('runtime', 'event-log', 'timelines', 'subscribers/fan-out', 'redact', 'sequence', 'project', 'fan-out'),
    ...lib('rebuild', 'restore'),
    'openapi/**',
    'timeline.config.ts',
    'infra/stage-templates.ts',
    ...infra('config', 'costs'),
    'commands/*',
    'commands/import/**',
  ],
  'examples/**': [],

  // What runs all of it.
  'bench/**': [
    ...domain,
    ...lib('runtime', 'event-log', 'timelines', 'subscribers/*', 'deliver'),
    ...local('engines', 'template'),
    'infra/functions/bundle.ts',
    'local/install.mjs',
    'test/setup.ts',
    'test/support/**',
    'test/journeys/support/**',
  ],
  'packages/client/**': [],
  'test/**': [
    ...domain,
    routes,
    'functions',
    'functions/lib/*',
    'functions/lib/formats/**',
    'functions/lib/read/*',
    'functions/lib/subscribers/*',
    'functions/lib/pages/*',
    'openapi/**',
    'openapi.json',
    'docs/**',
    'infra',
    'infra/stage-templates.ts',
    'infra/*',
    'local',
    'local/*',
    'commands',
    'commands/*',
    'commands/import/**',
    'examples/**',
  ],
};

/**
 * Packages that a part of the tree may import; the built-in modules of Node.js are open to all parts but the domain.
 */
const packages = {
  events: [
    'zod',
    'canonicalize',
    'cldr-subdivisions-full',
    'content-type',
    'i18n-iso-countries',
    'ipaddr.js',
    'iso-3166',
    'temporal-polyfill',
  ],
  functions: [
    'zod',
    '@middy/[^/]+',
    '@aws-sdk/client-(cloudfront|dynamodb|sqs)',
    '@aws-sdk/util-dynamodb',
    '@aws-lambda-powertools/[^/]+',
    '@types/aws-lambda',
    'content-type',
    'csv-stringify',
    'd3-geo',
    '@types/(d3-geo|geojson|topojson-client|topojson-specification)',
    'topojson-client',
    'world-atlas',
    'marked',
    'jsonc-parser',
    'negotiator',
    'temporal-polyfill',
    'xast-util-to-xml',
  ],
  openapi: ['zod', 'zod-openapi'],
  infra: ['aws-cdk-lib', 'constructs', 'cdk-nag', 'esbuild', 'zod'],
  local: ['zod', 'fauxqs', '@aws-sdk/client-(dynamodb|dynamodb-streams|sqs)'],
  commands: [
    '@aws-sdk/client-(acm|cloudformation|cloudfront|dynamodb|lambda|sqs|ssm|sts)',
    'cli-progress',
    'commander',
    'csv-parse',
    'zod',
  ],
  bench: ['@aws-sdk/client-dynamodb', '@aws-sdk/util-dynamodb', 'esbuild', 'standardwebhooks'],
  examples: ['standardwebhooks'],
  docs: ['commander'],
  packages: ['json-schema-to-typescript'],
  test: ['.+'],
};

/** What starts an engine, a process, a thread or a page, or synthesizes the stack. */
const startsSomething = [
  '^test/support/(world|receivers|stack)/',
  '^local/engines/engine\\.ts$',
  '^(node:)?(child_process|worker_threads)$',
  '(^|/)node_modules/(aws-cdk-lib|fauxqs|jsdom|esbuild)/',
];

/** Packages of the tests in a browser. They are installed when those tests run. */
const browserPackages = '^(playwright-core|axe-core)$';

/** PHP, which runs the example for WordPress. It is installed when that test runs. */
const phpPackages = '^@php-wasm/';

/** Packages that the bench measures beside this project. They are installed when it runs. */
const castorePackages = '^@castore/';

/** The types of the client, which are written when it is built. */
const generated = '\\./schemas\\.ts$';

const escaped = (text) => text.replaceAll('.', '\\.');

/** The paths of a room as a regular expression. */
function pathsOf(room) {
  if (/\.\w+$/.test(room)) return `^${escaped(room)}$`;
  if (room.endsWith('/**')) return `^${room.slice(0, -3)}/`;
  if (room.endsWith('/*')) return `^${room.slice(0, -2)}/[^/]+/[^/]+$`;
  return `^${room}/[^/]+$`;
}

const fileRooms = Object.keys(mayImport).filter((room) => /\.\w+$/.test(room));
/** Files that are rooms of their own are no part of their folder. */
const exceptions = (room) => fileRooms.filter((file) => file !== room).map(pathsOf);

const arrows = Object.entries(mayImport).map(([room, others]) => ({
  from: { path: pathsOf(room), pathNot: exceptions(room) },
  // Handlers never import each other.
  to: { path: [...(room === 'functions' ? [] : [pathsOf(room)]), ...others.map(pathsOf)] },
}));

const modules = Object.entries(packages).map(([part, names]) => ({
  from: { path: `^${part}/` },
  to: { path: names.map((name) => `(^|/)node_modules/${name}/`) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: [browserPackages, castorePackages, phpPackages, generated] },
    },
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'unit-tests-start-nothing',
      severity: 'error',
      from: { path: unitTests.map((path) => `^${path}`) },
      to: { path: startsSomething, reachable: true },
    },
  ],
  allowedSeverity: 'error',
  allowed: [
    ...arrows,
    ...modules,
    { from: { path: '^packages/client/' }, to: { path: generated } },
    { from: { path: '^functions/read-guide\\.ts$' }, to: { path: '^docs/[^/]+\\.md$' } },
    { from: { path: '^test/browser/' }, to: { path: browserPackages } },
    { from: { path: '^test/wordpress/' }, to: { path: [phpPackages, '(^|/)node_modules/@php-wasm/'] } },
    { from: { path: '^bench/castore/' }, to: { path: [castorePackages, '(^|/)node_modules/@castore/'] } },
    { from: { pathNot: '^events/' }, to: { dependencyTypes: ['core'] } },
    { from: { path: '^events/' }, to: { path: '^(node:)?(crypto|util)$' } },
  ],
  options: {
    exclude: { path: '^(cdk\\.out|\\.timeline|packages/client/dist/|[^/]+\\.m?js)' },
    doNotFollow: { path: '(^|/)node_modules/' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
