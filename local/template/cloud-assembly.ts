import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { LocalProblem } from '../problem.ts';

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z.object({ templateFile: z.string().optional(), file: z.string().optional() }).optional(),
    }),
  ),
});

const assetsSchema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Condition: z.string().optional(),
    }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});

export type Template = z.infer<typeof templateSchema>;

export interface CloudAssembly {
  readonly template: Template;
  /** Folders of code, by the key of the object they would be uploaded as. */
  readonly codeFolders: ReadonlyMap<string, string>;
}

async function readJson<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.infer<Schema>> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new LocalProblem(`${file} is not what "cdk synth" writes. Remove its folder and start again.`, { cause });
  }
}

/**
 * Reads the folder that `cdk synth` writes, of an app with one stack.
 *
 * @throws LocalProblem if the folder is not such a folder
 */
export async function readCloudAssembly(folder: string): Promise<CloudAssembly> {
  const manifest = await readJson(join(folder, 'manifest.json'), manifestSchema);
  const artifacts = Object.values(manifest.artifacts);
  const templates = artifacts.filter((artifact) => artifact.type === 'aws:cloudformation:stack');
  const templateFile = templates[0]?.properties?.templateFile;
  if (templates.length !== 1 || templateFile === undefined) {
    throw new LocalProblem(`${folder} holds ${templates.length} stacks; the local system runs exactly one.`);
  }
  const codeFolders = new Map<string, string>();
  for (const { type, properties } of artifacts) {
    if (type !== 'cdk:asset-manifest' || properties?.file === undefined) continue;
    const { files } = await readJson(join(folder, properties.file), assetsSchema);
    for (const { source, destinations } of Object.values(files)) {
      if (source.path === undefined || source.packaging !== 'zip') continue;
      for (const { objectKey } of Object.values(destinations)) codeFolders.set(objectKey, resolve(folder, source.path));
    }
  }
  return { template: await readJson(join(folder, templateFile), templateSchema), codeFolders };
}
