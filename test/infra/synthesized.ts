import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { functionNames } from '../../infra/functions/function-names.ts';
import { timelineApp } from '../../infra/timeline-app.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata: Readonly<Record<string, unknown>>;
}

export interface Synthesized {
  readonly app: App;
  readonly stack: Stack;
  readonly outputs: unknown;
  readonly parameters: unknown;
  readonly text: string;
  /** Every resource by its path in the stack, references within it replaced by `Path` or `Path.Attribute`. */
  readonly resources: Readonly<Record<string, Resource>>;
  /** The resources of one type, by path. */
  ofType(type: string): Readonly<Record<string, Resource>>;
  /** The properties of the resources of one type, by path. */
  propertiesOf(type: string): Readonly<Record<string, Resource['Properties']>>;
}

const pathOf = (resource: Resource) =>
  String(resource.Metadata['aws:cdk:path'])
    .replace(/^\w+\//, '')
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
 * A stack as it would be deployed, with empty functions. Takes a second: once in a test file.
 *
 * @param context what `-c` gives the CDK's command line
 */
export function synthesized(
  name: 'Timeline' | 'TimelineFirewall' = 'Timeline',
  context: Readonly<Record<string, string>> = {},
): Synthesized {
  // Most of the time would go into checking the template against CloudFormation's schemas, which synthesis.test.ts does.
  process.env.CDK_VALIDATION = 'false';
  const outputFolder = mkdtempSync(join(tmpdir(), 'timeline-synthesized-'));
  const bundles = join(outputFolder, 'bundles');
  for (const functionName of functionNames) {
    mkdirSync(join(bundles, functionName), { recursive: true });
    writeFileSync(join(bundles, functionName, 'index.mjs'), `// ${functionName}`);
  }
  process.env.CDK_CONTEXT_JSON = JSON.stringify(context);
  const app = timelineApp({ outputFolder, bundles });
  delete process.env.CDK_CONTEXT_JSON;
  const stack = app.node.findChild(name) as Stack;
  const template = Template.fromStack(stack).toJSON();
  rmSync(outputFolder, { recursive: true });

  const paths = new Map(
    Object.entries<Resource>(template.Resources).map(([id, resource]) => [id, pathOf(resource)] as const),
  );
  const all = Object.values<Resource>(template.Resources).map(
    (resource) => [pathOf(resource), readable(resource, paths) as Resource] as const,
  );
  const ofType = (type: string) => Object.fromEntries(all.filter(([, resource]) => resource.Type === type));
  return {
    app,
    stack,
    outputs: readable(template.Outputs, paths),
    parameters: template.Parameters,
    text: JSON.stringify(template),
    resources: Object.fromEntries(all),
    ofType,
    propertiesOf: (type) =>
      Object.fromEntries(Object.entries(ofType(type)).map(([path, { Properties }]) => [path, Properties])),
  };
}
