import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TimelineConfig } from '../../infra/config/settings.ts';
import { configuredStacks, sharedStage, synthesizedStack } from '../support/stack/synthesized-stack.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata: Readonly<Record<string, unknown>>;
}

export interface Synthesized {
  readonly outputs: unknown;
  readonly parameters: unknown;
  readonly text: string;
  /** Where the stack is to be, if the template is not for any region. */
  readonly environment: string;
  /** Every resource by its path in the stack, references within it replaced by `Path` or `Path.Attribute`. */
  readonly resources: Readonly<Record<string, Resource>>;
  /** The resources of one type, by path. */
  ofType(type: string): Readonly<Record<string, Resource>>;
  /** The properties of the resources of one type, by path. */
  propertiesOf(type: string): Readonly<Record<string, Resource['Properties']>>;
}

const pathOf = (resource: Resource) =>
  String(resource.Metadata['aws:cdk:path'])
    .replace(/^[\w-]+\//, '')
    .replace(/\/Resource$/, '');

/** Replaces logical ids, which say nothing to a reader, by paths. */
function readable(value: unknown, paths: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => readable(item, paths));
  if (typeof value !== 'object' || value === null) return value;
  const [key, argument] = Object.entries(value)[0] ?? [];
  if (key === 'Ref') return paths.get(String(argument)) ?? argument;
  if (key === 'Fn::GetAtt') return `${paths.get(argument[0])}.${argument[1]}`;
  if (key === 'Fn::Join') return (readable(argument[1], paths) as string[]).join(argument[0]);
  if (key === 'Fn::Select') {
    const [separator, text] = argument[1]['Fn::Split'];
    return `${argument[0]} of ${separator} in ${readable(text, paths)}`;
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, readable(item, paths)]));
}

/**
 * A stack as it is deployed. All suites share what was synthesized once.
 *
 * @param settings settings other than the defaults; the functions are empty then
 */
export async function synthesized(
  name: 'Timeline' | 'TimelineFirewall' = 'Timeline',
  settings?: TimelineConfig['stages'][string],
): Promise<Synthesized> {
  const folder = await (settings ? configuredStacks({ stages: { [sharedStage]: settings } }) : synthesizedStack());
  return synthesizedIn(folder, `${name}-${sharedStage}`);
}

/** A stack in the folder of a synthesis. */
export async function synthesizedIn(folder: string, name: string): Promise<Synthesized> {
  const read = async (file: string) => JSON.parse(await readFile(join(folder, file), 'utf8'));
  const { artifacts } = await read('manifest.json');
  const template = await read(`${name}.template.json`);
  const paths = new Map(
    Object.entries<Resource>(template.Resources).map(([id, resource]) => [id, pathOf(resource)] as const),
  );
  const all = Object.values<Resource>(template.Resources).map(
    (resource) => [pathOf(resource), readable(resource, paths) as Resource] as const,
  );
  const ofType = (type: string) => Object.fromEntries(all.filter(([, resource]) => resource.Type === type));
  return {
    outputs: readable(template.Outputs, paths),
    parameters: template.Parameters,
    text: JSON.stringify(template),
    environment: artifacts[name].environment,
    resources: Object.fromEntries(all),
    ofType,
    propertiesOf: (type) =>
      Object.fromEntries(Object.entries(ofType(type)).map(([path, { Properties }]) => [path, Properties])),
  };
}
