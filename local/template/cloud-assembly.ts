import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { LocalSystemError } from '../local-system-error.ts';
import { typesWithoutEffect } from './resource-types.ts';

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

type Artifact = z.infer<typeof manifestSchema>['artifacts'][string];
export type Template = z.infer<typeof templateSchema>;

export interface CloudAssembly {
  readonly template: Template;
  /** Folders of code, by the key of the object under which they are uploaded. */
  readonly codeFolders: ReadonlyMap<string, string>;
}

async function readJson<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.infer<Schema>> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new LocalSystemError(
      `${file} is missing or damaged. Delete its folder and start again: "cdk synth" writes it.`,
      { cause },
    );
  }
}

/** Whether a stack has a resource that matters outside an AWS account. */
function hasEffect({ Resources }: Template): boolean {
  return Object.values(Resources).some(({ Type }) => !typesWithoutEffect.has(Type));
}

async function readTemplate(folder: string, artifacts: readonly Artifact[]): Promise<Template> {
  const files = artifacts
    .filter(({ type }) => type === 'aws:cloudformation:stack')
    .map(({ properties }) => properties?.templateFile ?? '');
  const templates = await Promise.all(files.map((file) => readJson(join(folder, file), templateSchema)));
  const [template, ...others] = templates.length > 1 ? templates.filter(hasEffect) : templates;
  if (template === undefined || others.length > 0) {
    throw new LocalSystemError(
      `${folder} has ${files.length} stacks. The local system runs exactly one stack, besides stacks that have no effect on this machine.`,
    );
  }
  return template;
}

/**
 * Reads the folder that `cdk synth` writes. It must have one stack; other stacks may have only resources that matter in
 * an AWS account.
 *
 * @throws {LocalSystemError} when the folder is missing or has other contents
 */
export async function readCloudAssembly(folder: string): Promise<CloudAssembly> {
  const manifest = await readJson(join(folder, 'manifest.json'), manifestSchema);
  const artifacts = Object.values(manifest.artifacts);
  const template = await readTemplate(folder, artifacts);
  const codeFolders = new Map<string, string>();
  for (const { type, properties } of artifacts) {
    if (type !== 'cdk:asset-manifest' || properties?.file === undefined) continue;
    const { files } = await readJson(join(folder, properties.file), assetsSchema);
    for (const { source, destinations } of Object.values(files)) {
      if (source.path === undefined || source.packaging !== 'zip') continue;
      for (const { objectKey } of Object.values(destinations)) codeFolders.set(objectKey, resolve(folder, source.path));
    }
  }
  return { template, codeFolders };
}
