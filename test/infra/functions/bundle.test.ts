import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bundle } from '../../../infra/functions/bundle.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timeline-bundle-'));
  await writeFile(join(folder, 'greeting.ts'), "export const greeting: string = 'A truce is signed';");
  await writeFile(
    join(folder, 'one.ts'),
    "import { greeting } from './greeting.ts';\nexport const handler = () => greeting;",
  );
  await writeFile(join(folder, 'two.ts'), 'export const handler = (): number => 2;');
});

afterEach(() => rm(folder, { recursive: true }));

describe('Bundling', () => {
  test('writes each function as one module with a source map, and reports its size', async () => {
    const output = join(folder, 'bundles');
    const bundles = await bundle({ one: join(folder, 'one.ts'), two: join(folder, 'two.ts') }, output);
    expect(bundles).toEqual({
      folder: output,
      bytes: {
        one: (await stat(join(output, 'one/index.mjs'))).size,
        two: (await stat(join(output, 'two/index.mjs'))).size,
      },
    });
    expect((await readdir(join(output, 'one'))).sort()).toEqual(['index.mjs', 'index.mjs.map']);
    expect(await readFile(join(output, 'one/index.mjs'), 'utf8')).toContain('A truce is signed');
    expect(await readFile(join(output, 'two/index.mjs'), 'utf8')).not.toContain('A truce is signed');
  });

  test('puts what read-timeline loads when it is asked for into files of their own, which count for nothing at the start', async () => {
    await writeFile(
      join(folder, 'parted.ts'),
      "export const handler = async () => (await import('./greeting.ts')).greeting;",
    );
    const output = join(folder, 'bundles');
    const { bytes } = await bundle({ 'read-timeline': join(folder, 'parted.ts'), one: join(folder, 'one.ts') }, output);
    const index = join(output, 'read-timeline/index.mjs');
    expect(bytes['read-timeline']).toBe((await stat(index)).size);
    expect(await readFile(index, 'utf8')).not.toContain('A truce is signed');
    const { handler } = await import(index);
    expect(await handler()).toBe('A truce is signed');
  });

  test('takes the modules of Node without what an import makes of all their exports', async () => {
    await writeFile(
      join(folder, 'hashing.ts'),
      "import { createHash } from 'node:crypto';\nimport path from 'path';\nimport * as timers from 'node:timers/promises';\nexport const handler = async () => [createHash('sha256').update('a').digest('hex').slice(0, 6), path.join('a', 'b'), await timers.setTimeout(0, 'later'), typeof (await import('node:http')).request];",
    );
    const output = join(folder, 'bundles');
    await bundle({ hashing: join(folder, 'hashing.ts') }, output);
    const index = join(output, 'hashing/index.mjs');
    expect(await readFile(index, 'utf8')).not.toMatch(/\bfrom\s*"|\bimport\s*[("]/);
    const { handler } = await import(index);
    expect(await handler()).toEqual(['ca9781', 'a/b', 'later', 'function']);
  });

  test('reports the size of each function by its whole name', async () => {
    const entries = { deliver: join(folder, 'one.ts'), redeliver: join(folder, 'two.ts') };
    const output = join(folder, 'bundles');
    const { bytes } = await bundle(entries, output);
    expect(bytes).toEqual({
      deliver: (await stat(join(output, 'deliver/index.mjs'))).size,
      redeliver: (await stat(join(output, 'redeliver/index.mjs'))).size,
    });
    expect(bytes.deliver).not.toBe(bytes.redeliver);
  });

  test('keeps the parsing of schemas, and leaves out writing them as JSON Schema', async () => {
    const source = join(import.meta.dirname, '../../..', `.schema-${process.pid}.ts`);
    await writeFile(
      source,
      `import * as z from 'zod';
       const schema = z.object({ city: z.string() });
       export const parsed = schema.safeParse({ city: 1 }).success;
       export const asJsonSchema = () => z.toJSONSchema(schema);`,
    );
    try {
      const output = join(folder, 'bundles');
      await bundle({ schema: source }, output);
      const { parsed, asJsonSchema } = await import(join(output, 'schema/index.mjs'));
      expect(parsed).toBe(false);
      expect(asJsonSchema()).toThrow('Bundles do not contain the JSON Schema part of zod.');
    } finally {
      await rm(source);
    }
  });

  test('leaves out what schemas say about themselves but for their format, and keeps the lines of the source', async () => {
    const source = join(import.meta.dirname, '../../..', `.described-${process.pid}.ts`);
    await writeFile(
      source,
      `import * as z from 'zod';
       export const schema = z
         .object({
           city: z.string().max(5).describe('Where it\\'s held.').optional(),
           page: z.string().meta({ description: 'An address.', format: 'uri' }),
           note: z.string().describe(\`Said by \${'whom'}.\`),
           place: z.string().describe(
             "A place; for example (in quotes) 'Lachin'.",
           ).meta({ id: 'Place', description: 'A place with { braces }.', examples: ['Lachin'] }),
         })
         .describe(\`All
           of it.\`)
         .meta({
           id: 'All',
         }) satisfies z.ZodType<object>;
       export const position = new Error('here').stack;`,
    );
    try {
      const output = join(folder, 'bundles');
      await bundle({ described: source }, output);
      const code = await readFile(join(output, 'described/index.mjs'), 'utf8');
      expect(['held.', 'An address.', 'Said by', 'Lachin', 'of it.'].filter((text) => code.includes(text))).toEqual([
        'An address.',
        'Said by',
      ]);
      const { schema } = await import(join(output, 'described/index.mjs'));
      expect(schema.safeParse({ page: 'a', note: 'b', place: 'c' })).toEqual({
        success: true,
        data: { page: 'a', note: 'b', place: 'c' },
      });
      expect(schema.safeParse({ city: 'too long', page: 'a', note: 'b', place: 'c' }).success).toBe(false);
      expect(schema.shape.page.meta()).toEqual({ description: 'An address.', format: 'uri' });
      const map = new SourceMap(JSON.parse(await readFile(join(output, 'described/index.mjs.map'), 'utf8')));
      const before = code.slice(0, code.indexOf('Error("here")')).split('\n');
      const entry = map.findEntry(before.length - 1, before.at(-1)?.length ?? 0);
      expect('originalLine' in entry && entry.originalLine).toBe(15);
    } finally {
      await rm(source);
    }
  });

  test('leaves out schemas that nothing uses, and nothing else', async () => {
    const source = join(import.meta.dirname, '../../..', `.unused-${process.pid}.ts`);
    const lines = [
      "import * as z from 'zod';",
      '',
      'const unusedField = z.string().regex(/unused field/).optional();',
      '',
      '/** Has a body with statements, and ends in the first column. */',
      'export const unusedSchema = z.string().superRefine((text, context) => {',
      "  const message = 'unused body';",
      '',
      "  if (text === '') context.addIssue({ code: 'custom', message });",
      '});',
      'const inUse = z',
      "  .object({ city: z.string().refine((city) => city !== 'unused', 'used check') })",
      '  .optional();',
      'export const placeSchema = z.array(inUse);',
      "const kept = globalThis.String('kept call');",
      "const otherParameters = { one: z.enum(['unused parameter']) };",
      'export const handler = (input: unknown) => placeSchema.safeParse(input).success;',
    ];
    await writeFile(source, lines.join('\n'));
    const entry = join(folder, 'entry.ts');
    await writeFile(entry, `export { handler } from ${JSON.stringify(source)};`);
    try {
      const output = join(folder, 'bundles');
      await bundle({ entry }, output);
      const code = await readFile(join(output, 'entry/index.mjs'), 'utf8');
      const texts = ['unused field', 'unused body', 'unused parameter', 'used check', 'kept call'];
      expect(texts.filter((text) => code.includes(text))).toEqual(['used check', 'kept call']);
      const { handler } = await import(join(output, 'entry/index.mjs'));
      expect([[], [undefined], [{ city: 'Lachin' }], [{ city: 'unused' }], {}].map(handler)).toEqual([
        true,
        true,
        true,
        false,
        false,
      ]);
    } finally {
      await rm(source);
    }
  });

  test('removes earlier bundles', async () => {
    const output = join(folder, 'bundles');
    await mkdir(join(output, 'abandoned'), { recursive: true });
    await bundle({ two: join(folder, 'two.ts') }, output);
    expect((await readdir(output)).sort()).toEqual(['metafile.json', 'two']);
  });

  test('throws for functions that are missing or do not compile, and names each', async () => {
    await writeFile(join(folder, 'broken.ts'), 'export const handler = ;');
    const entries = {
      broken: join(folder, 'broken.ts'),
      missing: join(folder, 'missing.ts'),
      two: join(folder, 'two.ts'),
    };
    const refusal = bundle(entries, join(folder, 'bundles'));
    await expect(refusal).rejects.toThrow(/^The functions cannot be bundled\./);
    await expect(refusal).rejects.toThrow('missing.ts"');
    await expect(refusal).rejects.toThrow('broken.ts:1:23');
  });
});
