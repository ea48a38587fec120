import { join } from 'node:path';
import { build } from 'esbuild';
import { neverImported } from '../infra/functions/bundle.ts';

const root = join(import.meta.dirname, '..');

/**
 * Bundles what functions are compared with, like a function but for what their bundles leave out.
 *
 * @param contents TypeScript, which imports from the root of the repository
 * @param outfile the path of the bundle
 */
export async function bundleBare(contents: string, outfile: string): Promise<void> {
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    external: neverImported,
  });
}
