import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import config, { mayImport } from '../../.dependency-cruiser.mjs';
import { unitTests } from '../../jest.unit.config.js';

const root = join(import.meta.dirname, '..', '..');
const rooms = Object.keys(mayImport);

/** Arrows that must not be, written by hand, so that a line too many in the allow-list is noticed. */
const mustNotBe = [
  ['events', 'openapi'],
  ['events', 'functions/lib/http'],
  ['events', 'infra'],
  ['events', 'local'],
  ['events', 'commands'],
  ['events', 'test/support'],
  ['events', 'bench'],
  ['events', 'events/decisions'],
  ['events', 'events/timeline'],
  ['events/filters', 'events'],
  ['events/dates', 'events/timeline'],
  ['events/dates', 'events/catalogue'],
  ['events/catalogue', 'events/webhooks'],
  ['events/timeline', 'events/webhooks'],
  ['events/input', 'events/dates'],
  ['functions', 'functions'],
  ['functions', 'openapi'],
  ['functions', 'infra'],
  ['functions', 'local'],
  ['functions', 'commands'],
  ['functions', 'test/support'],
  ['functions/lib/http', 'functions'],
  ['functions/lib/http', 'functions/lib/event-log'],
  ['functions/lib/json', 'functions/lib/http'],
  ['functions/lib/http', 'functions/lib/route'],
  ['functions/lib/route', 'functions/lib/keys'],
  ['functions/lib/route', 'functions/lib/quota'],
  ['functions/lib/quota', 'functions/lib/append'],
  ['functions/lib/read/timeline', 'functions/lib/route'],
  ['functions/lib/event-log', 'functions/lib/timelines'],
  ['functions/lib/event-log', 'functions/lib/http'],
  ['functions/lib/timelines', 'functions/lib/event-log'],
  ['functions/lib/subscribers/table', 'functions/lib/http'],
  ['functions/lib/runtime', 'events'],
  ['functions/lib/subscribers/table', 'functions/lib/subscribers/endpoints'],
  ['functions/lib/subscribers/endpoints', 'functions/lib/subscribers/deliveries'],
  ['functions/lib/append', 'functions/lib/subscribers/endpoints'],
  ['functions/lib/sequence', 'functions/lib/project'],
  ['functions/lib/project', 'functions/lib/subscribers/fan-out'],
  ['functions/lib/fan-out', 'functions/lib/deliver'],
  ['functions/lib/read/changes', 'functions/lib/subscribers/table'],
  ['functions/lib/formats', 'functions/lib/read/timeline'],
  ['functions/lib/read/query', 'functions/lib/read/cards'],
  ['functions/lib/read/cards', 'functions/lib/read/publications'],
  ['functions/lib/read/publications', 'functions/lib/read/timeline'],
  ['functions/lib/read/timeline', 'functions/lib/read/counts'],
  ['functions/lib/read/story', 'functions/lib/pages/story'],
  ['functions/lib/pages/document', 'functions/lib/read/query'],
  ['functions/lib/pages/document', 'functions/lib/pages/parts'],
  ['functions/lib/pages/parts', 'functions/lib/pages/story'],
  ['functions/lib/pages/discovery', 'functions/lib/pages/story'],
  ['functions/lib/pages/story', 'functions/lib/pages/event'],
  ['functions/lib/pages/event', 'functions/lib/pages/story'],
  ['functions/lib/pages/story', 'functions/lib/route'],
  ['functions/lib/pages/story', 'functions/lib/subscribers/endpoints'],
  ['openapi', 'functions'],
  ['openapi', 'functions/lib/event-log'],
  ['openapi', 'infra'],
  ['infra', 'functions/lib/http'],
  ['infra', 'functions'],
  ['infra', 'local'],
  ['infra/tables', 'infra/functions'],
  ['infra/functions', 'infra/flow'],
  ['local', 'functions/lib/http'],
  ['local', 'events'],
  ['local', 'infra'],
  ['local', 'commands'],
  ['local/template', 'local/engines'],
  ['commands', 'infra'],
  ['commands', 'functions'],
  ['commands', 'test/support'],
  ['commands/terminal', 'commands/api'],
  ['commands/api', 'commands/desk'],
  ['commands/reader', 'commands/desk'],
  ['commands/subscriber', 'commands/key'],
  ['commands/redact', 'commands/story'],
  ['commands/desk', 'functions/lib/event-log'],
  ['functions/lib/move', 'commands/terminal'],
  ['examples', 'functions/lib/http'],
  ['examples', 'events'],
  ['openapi', 'test/support'],
  ['infra', 'commands'],
] as const;

const foreignPackages = [
  ['events', '@aws-sdk/client-dynamodb'],
  ['events', '@middy/core'],
  ['events', 'node:fs'],
  ['functions', 'aws-cdk-lib'],
  ['functions/lib/runtime', 'fauxqs'],
  ['functions/lib/read/cards', 'cli-progress'],
  ['infra', '@aws-sdk/client-dynamodb'],
  ['local', 'aws-cdk-lib'],
  ['openapi', '@aws-sdk/client-dynamodb'],
  ['examples', 'zod'],
] as const;

/** The folder of a room, and the file that stands for it. */
const folderOf = (room: string) => room.replace(/\/\*+$/, '');
const fileOf = (room: string) => (/\.\w+$/.test(room) ? room : `${folderOf(room)}/anything.ts`);
const roomOf = (folder: string) => rooms.find((room) => folderOf(room) === folder) ?? folder;
const allows = (room: string, other: string): boolean =>
  mayImport[room]?.some(
    (name) => name === other || (name.endsWith('/*') && new RegExp(`^${name.slice(0, -1)}[^/]+$`).test(other)),
  ) ?? false;

/** What a unit test must not start, and an import by which it would. */
const notInUnitTests = [
  ['a world', '../support/world/world.ts'],
  ['a receiver', '../support/receivers/receiver.ts'],
  ['a synthesized stack', '../support/stack/synthesized-stack.ts'],
  ['an engine', '../../local/engines/engine.ts'],
  ['a process', 'node:child_process'],
  ['a thread', 'node:worker_threads'],
  ['a page', 'jsdom'],
  ['a world that a helper starts', './helper.ts'],
] as const;

let tree: string;
/** Arrows from one file to another. */
let refused: Set<string>;
let refusedInUnitTests: Set<string>;
/** The files that the planted file of each room imports, by room. */
const planted = new Map<string, Set<string>>();

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(tree, path)), { recursive: true });
  await writeFile(join(tree, path), text);
}

const plantedFile = (room: string) => `${folderOf(room)}/planted.ts`;
const plantedPackageFile = (room: string, name: string) =>
  `${folderOf(room)}/planted-${name.replaceAll(/\W/g, '-')}.ts`;

/** Adds an import of another room to the planted file of a room. */
function plant(room: string, other: string): void {
  planted.set(room, (planted.get(room) ?? new Set()).add(fileOf(other)));
}

const importsOf = (path: string, targets: Iterable<string>) =>
  [...targets].map((target) => `import type {} from './${relative(dirname(path), target)}';\n`).join('');

const isRefused = (room: string, other: string) => refused.has(`${plantedFile(room)} → ${fileOf(other)}`);

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'timeline-imports-'));
  await symlink(join(root, 'node_modules'), join(tree, 'node_modules'));
  for (const room of [...rooms, 'test/support', 'bench', 'commands', 'openapi'])
    await put(fileOf(room), 'export {};\n');
  for (const room of rooms.filter((name) => !/\.\w+$/.test(name))) {
    for (const other of rooms) if (other !== room) plant(room, other);
  }
  for (const [room, other] of mustNotBe) plant(roomOf(room), roomOf(other));
  for (const [room, targets] of planted) await put(plantedFile(room), importsOf(plantedFile(room), targets));
  for (const [room, name] of foreignPackages)
    await put(plantedPackageFile(room, name), `import type {} from '${name}';\n`);
  for (const specifier of ['world/world', 'receivers/receiver', 'stack/synthesized-stack'])
    await put(`test/support/${specifier}.ts`, 'export {};\n');
  await put('local/engines/engine.ts', 'export {};\n');
  await put('test/events/helper.ts', "import '../support/world/world.ts';\n");
  for (const [index, [, specifier]] of notInUnitTests.entries())
    await put(`test/events/planted-${index}.test.ts`, `import '${specifier}';\n`);
  const folders = [...new Set(rooms.map((room) => room.split('/')[0] as string))];
  const { output } = await cruise(folders, { ...config.options, ruleSet: config, validate: true, baseDir: tree });
  const { violations } = (output as ICruiseResult).summary;
  refused = new Set(
    violations.filter(({ rule }) => rule.name === 'not-in-allowed').map(({ from, to }) => `${from} → ${to}`),
  );
  refusedInUnitTests = new Set(
    violations.filter(({ rule }) => rule.name === 'unit-tests-start-nothing').map(({ from }) => from),
  );
});

afterAll(() => rm(tree, { recursive: true, force: true }));

test.each(mustNotBe)('%s does not import %s', (room, other) => {
  expect(isRefused(roomOf(room), roomOf(other))).toBe(true);
});

test.each(foreignPackages)('%s does not import the package %s', (room, name) => {
  const importers = [...refused].map((arrow) => arrow.split(' → ')[0]);
  expect(importers).toContain(plantedPackageFile(room, name));
});

test.each(notInUnitTests.map(([what], index) => [what, index] as const))(
  'a unit test does not start %s',
  (_, index) => {
    expect(refusedInUnitTests).toContain(`test/events/planted-${index}.test.ts`);
  },
);

test('docs/architecture.md names each room of the functions', async () => {
  const guide = await readFile(join(root, 'docs', 'architecture.md'), 'utf8');
  const [, table = ''] = /\n\| room \|.*\n([\s\S]*?)\n\n/.exec(`${guide}\n\n`) ?? [];
  const named = table.split('\n').flatMap((row) => {
    const [, cell = ''] = row.split(' | ').length > 1 ? (/^\| (.*?) \|/.exec(row) ?? []) : [];
    return cell.startsWith('`functions/lib/')
      ? [...cell.matchAll(/`(?:functions\/lib\/)?([a-z-]+)\/`/g)].map(([, room]) => room)
      : [];
  });
  const folders = await readdir(join(root, 'functions', 'lib'));
  expect(named.sort()).toEqual(folders.sort());
});

test('each entry in the list of unit tests names a file', async () => {
  const files = (await readdir(join(root, 'test'), { recursive: true })).map((name) => `test/${name}`);
  expect(unitTests.filter((path) => !files.some((name) => new RegExp(`^${path}`).test(name)))).toEqual([]);
});

test('a room imports what the list names, and nothing else', () => {
  const pairs = rooms
    .filter((room) => !/\.\w+$/.test(room))
    .flatMap((room) =>
      rooms.filter((other) => other !== room && room !== 'test/**').map((other) => [room, other] as const),
    );
  const wrong = pairs.filter(([room, other]) => isRefused(room, other) === allows(room, other));
  expect(wrong.map(([room, other]) => `${room} → ${other}`)).toEqual([]);
});

test('the tree as it is keeps to the list', async () => {
  const { output } = await cruise(['.'], { ...config.options, ruleSet: config, validate: true, baseDir: root });
  const { violations } = (output as ICruiseResult).summary;
  expect(violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
});
