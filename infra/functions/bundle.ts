import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildFailure, type BuildOptions, build, formatMessages, type Metafile } from 'esbuild';
import { bundlePlugins } from './bundle-plugins.ts';

/**
 * Packages that the SDK imports only if its environment has no credentials, which it always has on Lambda, or for
 * operations with event streams, which DynamoDB and SQS do not have. They would be nearly a third of every bundle.
 */
export const neverImported = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/nested-clients',
  '@aws-sdk/token-providers',
  '@smithy/core/event-streams',
  // Only a browser has the user agent that it reads.
  'bowser',
  '@smithy/credential-provider-imds',
];

/**
 * Functions that load a part of their code when it is asked for: `read-timeline` has nine formats, and a request needs
 * one. Filters load the names of countries and subdivisions with the first name. Such parts are files of their own
 * beside `index.mjs`.
 */
const inParts: ReadonlySet<string> = new Set([
  'append-event',
  'correct-event',
  'replace-held-event',
  'read-timeline',
  'read-counts',
  'read-facets',
  'read-changes',
  'wait-for-changes',
  'create-endpoint',
  'change-endpoint',
  'read-stories-page',
  'read-story-page',
  'read-event-page',
  'read-corrections-page',
]);

const options = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // esbuild can leave out unused parts of ES modules; `platform: node` alone would prefer `main`.
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  minify: true,
  sourcemap: true,
  // The guides, which `read-guide` shows.
  loader: { '.md': 'text' },
  // Stack traces in logs need names and lines (functions/lib/runtime/source-positions.ts). The text of the sources
  // would only make the upload larger.
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'silent',
  external: neverImported,
  plugins: bundlePlugins,
} satisfies BuildOptions;

async function built(
  files: Pick<BuildOptions, 'entryPoints' | 'outdir' | 'splitting' | 'chunkNames'>,
): Promise<Metafile> {
  const { metafile } = await build({ ...options, ...files });
  return metafile;
}

async function throwMessages({ errors }: BuildFailure): Promise<never> {
  const messages = await formatMessages(errors, { kind: 'error' });
  throw new Error(`The functions cannot be bundled.\n${messages.join('')}`);
}

export interface Bundles {
  /** The folder with `<name>/index.mjs` of each function. */
  readonly folder: string;
  /** How many bytes each function loads when it starts, without source maps. */
  readonly bytes: Readonly<Record<string, number>>;
}

/** The bytes of a file and of those that it always imports. */
function bytesAtStart(outputs: Metafile['outputs'], path: string, counted = new Set<string>()): number {
  const output = outputs[path];
  if (!output || counted.has(path)) return 0;
  counted.add(path);
  const imported = output.imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
  return output.bytes + imported.reduce((sum, other) => sum + bytesAtStart(outputs, other.path, counted), 0);
}

/**
 * Bundles functions into `<folder>/<name>/index.mjs`, in one build but for those that have parts, so that shared
 * modules are parsed once. esbuild's report on the contents of each bundle is `<folder>/metafile.json`.
 *
 * @param entries the source file of each function, by name
 * @throws {Error} when an entry is missing or does not compile; the message names all of them
 */
export async function bundle(entries: Readonly<Record<string, string>>, folder: string): Promise<Bundles> {
  await rm(folder, { recursive: true, force: true });
  const names = Object.keys(entries);
  const together = names.filter((name) => !inParts.has(name));
  const builds = await Promise.all([
    built({
      entryPoints: together.map((name) => ({ in: entries[name] as string, out: join(name, 'index') })),
      outdir: folder,
    }),
    ...names
      .filter((name) => inParts.has(name))
      .map((name) =>
        built({
          splitting: true,
          chunkNames: '[name]-[hash]',
          entryPoints: [{ in: entries[name] as string, out: 'index' }],
          outdir: join(folder, name),
        }),
      ),
  ]).catch(throwMessages);
  const inputs = Object.assign({}, ...builds.map((one) => one.inputs));
  const outputs: Metafile['outputs'] = Object.assign({}, ...builds.map((one) => one.outputs));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'metafile.json'), JSON.stringify({ inputs, outputs }));
  const startOf = (name: string) => Object.keys(outputs).find((path) => path.endsWith(`/${name}/index.mjs`)) ?? '';
  return { folder, bytes: Object.fromEntries(names.map((name) => [name, bytesAtStart(outputs, startOf(name))])) };
}
