import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildFailure, type BuildOptions, build, formatMessages, type Plugin } from 'esbuild';

/**
 * What the SDK imports only when it finds no credentials in its environment, where Lambda always puts them, or for
 * operations with event streams, which DynamoDB and SQS do not have: nearly a third of every bundle, for nothing.
 */
const neverImported = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/nested-clients',
  '@aws-sdk/token-providers',
  '@smithy/core/event-streams',
  '@smithy/credential-provider-imds',
];

/**
 * Of zod, what tells a schema as JSON Schema: 15 KB of every bundle. The document of the API is made from the same schemas, but
 * before it is deployed. In its place stands what has the same names and throws where it is used.
 */
const withoutJsonSchemas: Plugin = {
  name: 'without-json-schemas',
  setup({ onLoad }) {
    onLoad(
      { filter: /[\\/]zod[\\/]v4[\\/]core[\\/](to-json-schema|json-schema-processors)\.js$/ },
      async ({ path }) => {
        const names = Object.keys(await import(pathToFileURL(path).href)).map((name) => `absent as ${name}`);
        const absent = "const absent = () => () => { throw new Error('Bundles hold no JSON Schemas.'); };";
        return { contents: `${absent} export { ${names.join(', ')} };` };
      },
    );
  },
};

const options = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // Packages written as ES modules let esbuild leave out what is not used; `platform: node` alone prefers `main`.
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  minify: true,
  sourcemap: true,
  // Stack traces need names and lines; the text of the sources would only make the upload larger.
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'silent',
} satisfies BuildOptions;

async function refuse({ errors }: BuildFailure): Promise<never> {
  const messages = await formatMessages(errors, { kind: 'error' });
  throw new Error(`The functions cannot be bundled.\n${messages.join('')}`);
}

export interface Bundles {
  /** Where each function's `<name>/index.mjs` is. */
  readonly folder: string;
  /** Size of each function's `index.mjs` in bytes, source map apart. */
  readonly bytes: Readonly<Record<string, number>>;
}

/**
 * Bundles functions, all in one build so that what they share is parsed once, into `<folder>/<name>/index.mjs`, and
 * leaves esbuild's account of what went into each in `<folder>/metafile.json`.
 *
 * @param entries name of each function → its source file
 * @throws {Error} naming every entry that is missing or does not compile
 */
export async function bundle(entries: Readonly<Record<string, string>>, folder: string): Promise<Bundles> {
  await rm(folder, { recursive: true, force: true });
  const names = Object.keys(entries);
  const { metafile } = await build({
    ...options,
    external: neverImported,
    plugins: [withoutJsonSchemas],
    entryPoints: names.map((name) => ({ in: entries[name] as string, out: join(name, 'index') })),
    outdir: folder,
  }).catch(refuse);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'metafile.json'), JSON.stringify(metafile));
  const outputs = Object.entries(metafile.outputs);
  const bytesOf = (name: string) => outputs.find(([path]) => path.endsWith(`/${name}/index.mjs`))?.[1].bytes ?? 0;
  return { folder, bytes: Object.fromEntries(names.map((name) => [name, bytesOf(name)])) };
}
