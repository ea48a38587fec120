import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import type { Plugin } from 'esbuild';

/**
 * Leaves out the part of zod that writes a schema as JSON Schema, which is 15 KB of every bundle. It is used only to
 * write openapi.json, before deployment. Functions of the same names that throw replace it.
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

const quotedText = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.)*`/.source;

/**
 * The end of a line; or `.describe('…')` of a schema, or its `.meta({ … })` with nothing but plain values, with the
 * space before it.
 */
const describedOrEnd = new RegExp(
  `\\n(?!\\s*\\.(?:describe|meta)\\()|\\s*\\.(?:describe\\(\\s*(?:${quotedText}),?\\s*|meta\\(\\{(?:[^{}'"\`]|${quotedText})*\\},?\\s*)\\)`,
  'g',
);

/**
 * A module without the descriptions of its schemas. Of what `meta` says, the format stays, by which events are shown.
 * Each statement stays on its line, for the source maps: the line ends of what is cut out follow at the end of the
 * line.
 */
function withoutDescription(text: string): string {
  let missing = '';
  return text.replaceAll(describedOrEnd, (found) => {
    if (/\bformat:/.test(found)) return found;
    missing += found.replaceAll(/[^\n]/g, '');
    if (found !== '\n') return '';
    const ends = missing;
    missing = '';
    return ends;
  });
}

/**
 * A constant of a module that holds a schema, by its name or since it begins with `z`. Its statement ends before a line
 * that begins with a word or a comment.
 */
const schemaConstant =
  /^((?:export )?const (?:\w+(?:Schema|Field|Parameter)s? =|\w+ =(?=\s+z\b)))([\s\S]+?);(?=\n+[\w/]|\n*(?![\s\S]))/gm;

/** A module in which a schema has no effect but its value, so that esbuild can leave it out if nothing uses it. */
const withPureSchemas = (text: string): string => text.replaceAll(schemaConstant, '$1 /* @__PURE__ */ (() => ($2))();');

/**
 * Leaves out what our schemas say about themselves, 10 KB of a bundle, and the schemas of responses. Only openapi.json,
 * which is written before deployment, has them. So a longer description makes no function larger.
 */
const withoutDocumentation: Plugin = {
  name: 'without-documentation',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (/[\\/]node_modules[\\/]/.test(path)) return undefined;
      const text = await readFile(path, 'utf8');
      return { contents: withPureSchemas(withoutDescription(text)), loader: 'ts' };
    });
  },
};

/**
 * Reduces the package.json of each client to its version, the only member that the SDK reads. It saves 2 KB for each
 * client.
 */
const withoutPackageDetails: Plugin = {
  name: 'without-package-details',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** The text of a module without its computed names, which keep esbuild from leaving out what is not used. */
function withPlainNames(text: string): string {
  const constants = new Map(
    [...text.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]),
  );
  return text.replaceAll(/\[(_\w+)\]:/g, (whole, name) => (constants.has(name) ? `${constants.get(name)}:` : whole));
}

/**
 * Leaves out the schemas of CloudFront and SQS that no call refers to: 130 KB of one bundle, and 10 KB of others. The
 * errors that these services return are left out too: they have their name and their message, and no class of their
 * own.
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
 * Leaves out the cache of endpoint discovery, 7 KB of every bundle. The DynamoDB client makes one, and uses it only if
 * discovery is switched on, which nothing here does.
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
 * Takes the modules of Node as they are. What `import` makes of one has all its exports, and so loads parts that
 * nothing uses: of `node:http` the whole of `fetch`, of `node:crypto` another API, a quarter of the CPU time of a
 * start.
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
 * Compresses the OpenAPI document: it grows with every type of event, and is more than half a megabyte. It is read
 * once, when the function starts.
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

/** What makes the bundles of functions smaller, or faster to start. */
export const bundlePlugins: Plugin[] = [
  withoutJsonSchemas,
  withoutDocumentation,
  withoutPackageDetails,
  withoutUnusedSchemas,
  withoutEndpointDiscovery,
  withCompressedDocument,
  withBuiltinModules,
];
