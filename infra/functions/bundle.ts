import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { type BuildFailure, type BuildOptions, build, formatMessages, type Metafile, type Plugin } from 'esbuild';

/**
 * Packages that the SDK imports only if its environment has no credentials, which it always has on Lambda, or for operations with
 * event streams, which DynamoDB and SQS do not have. They would be nearly a third of every bundle.
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
 * Leaves out the part of zod that writes a schema as JSON Schema, which is 15 KB of every bundle. It is used only to write
 * openapi.json, before deployment. Functions of the same names that throw replace it.
 */
const withoutJsonSchemas: Plugin = {
  name: 'without-json-schemas',
  setup({ onLoad }) {
    onLoad(
      { filter: /[\\/]zod[\\/]v4[\\/]core[\\/](to-json-schema|json-schema-processors)\.js$/ },
      async ({ path }) => {
        const names = Object.keys(await import(pathToFileURL(path).href)).map((name) => `absent as ${name}`);
        const absent =
          "const absent = () => () => { throw new Error('Bundles do not contain the JSON Schema part of zod.'); };";
        return { contents: `${absent} export { ${names.join(', ')} };` };
      },
    );
  },
};

/** Reduces the package.json of each client to its version, the only member that the SDK reads. It saves 2 KB for each client. */
const withoutPackageDetails: Plugin = {
  name: 'without-package-details',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/**
 * Functions that load a part of their code when it is asked for: `read-timeline` has nine formats, and a request needs one. Filters load
 * the names of countries and subdivisions with the first name. Such parts are files of their own beside `index.mjs`.
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

/** The text of a module without its computed names, which keep esbuild from leaving out what is not used. */
function withPlainNames(text: string): string {
  const constants = new Map(
    [...text.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]),
  );
  return text.replaceAll(/\[(_\w+)\]:/g, (whole, name) => (constants.has(name) ? `${constants.get(name)}:` : whole));
}

/**
 * Leaves out the schemas of CloudFront and SQS that no call refers to: 130 KB of one bundle, and 10 KB of others. The errors that
 * these services return are left out too: they have their name and their message, and no class of their own.
 */
const withoutUnusedSchemas: Plugin = {
  name: 'without-unused-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]client-(cloudfront|sqs)[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: withPlainNames(text.replaceAll(/^n0_registry\.registerError\(.*\);$/gm, '')) };
    });
  },
};

/**
 * Leaves out the cache of endpoint discovery, 7 KB of every bundle. The DynamoDB client makes one, and uses it only if discovery is switched
 * on, which nothing here does.
 */
const withoutEndpointDiscovery: Plugin = {
  name: 'without-endpoint-discovery',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]mnemonist[\\/]lru-cache\.js$/ }, () => ({
      contents:
        "export default class { has() { throw new Error('Bundles do not contain the cache of endpoint discovery.'); } }",
    }));
  },
};

/**
 * Takes the modules of Node as they are. What `import` makes of one has all its exports, and so loads parts that nothing uses: of
 * `node:http` the whole of `fetch`, of `node:crypto` another API, a quarter of the CPU time of a start.
 */
const withBuiltinModules: Plugin = {
  name: 'with-builtin-modules',
  setup({ onLoad, onResolve }) {
    const namespace = 'builtin-module';
    onResolve({ filter: new RegExp(`^(node:)?(${builtinModules.join('|')})$`) }, ({ path }) => ({
      path: path.replace(/^node:/, ''),
      namespace,
      sideEffects: false,
    }));
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
    }));
  },
};

/**
 * Compresses the OpenAPI document: it grows with every type of event, and is more than half a megabyte. It is read once, when the function
 * starts.
 */
const withCompressedDocument: Plugin = {
  name: 'with-compressed-document',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]openapi\.json$/ }, async ({ path }) => {
      const text = JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
      const compressed = brotliCompressSync(text).toString('base64');
      return {
        contents: `import { brotliDecompressSync } from 'node:zlib';
          export default JSON.parse(brotliDecompressSync(Buffer.from('${compressed}', 'base64')));`,
        loader: 'js',
      };
    });
  },
};

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
  // Stack traces in logs need names and lines (functions/lib/runtime/source-positions.ts). The text of the sources would only make the upload larger.
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'silent',
  external: neverImported,
  plugins: [
    withoutJsonSchemas,
    withoutPackageDetails,
    withoutUnusedSchemas,
    withoutEndpointDiscovery,
    withCompressedDocument,
    withBuiltinModules,
  ],
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
 * Bundles functions into `<folder>/<name>/index.mjs`, in one build but for those that have parts, so that shared modules are parsed once. esbuild's report on
 * the contents of each bundle is `<folder>/metafile.json`.
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
