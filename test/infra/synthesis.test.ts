import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { functionNames } from '../../infra/function-names.ts';

const root = join(import.meta.dirname, '../..');
const bundleLimitBytes = 450_000;
const bindings = [
  'EVENT_LOG_TABLE',
  'TIMELINES_TABLE',
  'ACCESS_TABLE',
  'SUBSCRIBERS_TABLE',
  'PARKED_QUEUE_URL',
  'PROMPT_QUEUE_URL',
  'SLOW_QUEUE_URL',
  'ORIGIN_SECRET',
  'CURSOR_SECRET',
];

interface DeployedFunction {
  readonly variables: Readonly<Record<string, unknown>>;
  /** Where the template says its code is. */
  readonly folder: string;
  readonly code: string;
  /** The packages and sources that went into it. */
  readonly inputs: readonly string[];
}

/** A resource of the template, as far as it is one. */
interface FunctionResource {
  readonly Type: string;
  readonly Properties: { readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> } };
  readonly Metadata: { readonly 'aws:asset:path': string };
}

/** One bundle in esbuild's account. */
interface BundleOutput {
  readonly inputs: Readonly<Record<string, unknown>>;
}

const functions = new Map<string, DeployedFunction>();
let outputFolder: string;
let spoken: { stdout: string; stderr: string };

/** Nothing of this machine: no account, no region, no home with credentials. */
const run = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  promisify(execFile)(process.execPath, args, { cwd: root, env });

const readJson = async (name: string) => JSON.parse(await readFile(join(outputFolder, name), 'utf8'));

beforeAll(async () => {
  outputFolder = await mkdtemp(join(tmpdir(), 'timeline-synthesis-'));
  spoken = await run(['infra/app.ts'], { CDK_OUTDIR: outputFolder });
  const { Resources } = await readJson('Timeline.template.json');
  const { outputs } = await readJson('bundles/metafile.json');
  for (const { Type, Properties, Metadata } of Object.values<FunctionResource>(Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const variables = Properties.Environment.Variables;
    const name = String(variables.POWERTOOLS_SERVICE_NAME);
    const folder = join(outputFolder, Metadata['aws:asset:path']);
    const code = await readFile(join(folder, 'index.mjs'), 'utf8');
    const [, output] =
      Object.entries<BundleOutput>(outputs).find(([path]) => path.endsWith(`/${name}/index.mjs`)) ?? [];
    functions.set(name, { variables, folder, code, inputs: Object.keys(output?.inputs ?? {}) });
  }
}, 120_000);

afterAll(() => rm(outputFolder, { recursive: true, force: true }));

describe('Synthesis, without an account', () => {
  test('has nothing to complain of', () => {
    expect(spoken).toEqual({ stdout: '', stderr: '' });
  });

  test('asks no account for anything', async () => {
    const { missing, artifacts } = await readJson('manifest.json');
    expect(missing).toBeUndefined();
    expect(artifacts.Timeline.environment).toBe('aws://unknown-account/unknown-region');
  });

  test('leaves the code of every function where the template says it is', () => {
    expect([...functions.keys()].sort()).toEqual([...functionNames].sort());
    expect(new Set([...functions.values()].map(({ folder }) => basename(folder))).size).toBe(functionNames.length);
  });
});

describe('Every function', () => {
  test('stays within the budget of its bundle', () => {
    const tooLarge = [...functions].map(([name, { code }]) => [name, Buffer.byteLength(code)] as const);
    expect(tooLarge.filter(([, bytes]) => bytes > bundleLimitBytes)).toEqual([]);
  });

  test('finds in its environment exactly what its code asks for', () => {
    const asked = [...functions].map(([name, { code }]) => [
      name,
      bindings.filter((variable) => code.includes(variable)),
    ]);
    const given = [...functions].map(([name, { variables }]) => [
      name,
      bindings.filter((variable) => variable in variables),
    ]);
    expect(Object.fromEntries(asked)).toEqual(Object.fromEntries(given));
  });

  test('carries a client only for what it is bound to', () => {
    const carrying = (client: string) =>
      [...functions]
        .filter(([, { inputs }]) => inputs.some((path) => path.includes(`/${client}/`)))
        .map(([name]) => name);
    const boundTo = (...variables: readonly string[]) =>
      [...functions].filter(([, own]) => variables.some((variable) => variable in own.variables)).map(([name]) => name);
    expect({ dynamodb: carrying('client-dynamodb'), sqs: carrying('client-sqs') }).toEqual({
      dynamodb: boundTo('EVENT_LOG_TABLE', 'TIMELINES_TABLE', 'ACCESS_TABLE', 'SUBSCRIBERS_TABLE'),
      sqs: boundTo('PARKED_QUEUE_URL', 'PROMPT_QUEUE_URL', 'SLOW_QUEUE_URL'),
    });
  });

  test('loads as it is deployed and exports its handler', async () => {
    const folders = Object.fromEntries([...functions].map(([name, { folder }]) => [name, folder]));
    const script = `
      const kinds = {};
      for (const [name, folder] of Object.entries(${JSON.stringify(folders)}))
        kinds[name] = typeof (await import(folder + '/index.mjs')).handler;
      console.log(JSON.stringify(kinds));`;
    const environment = Object.fromEntries(bindings.map((variable) => [variable, 'bound']));
    const { stdout } = await run(['--input-type=module', '--eval', script], {
      ...environment,
      AWS_REGION: 'eu-west-1',
    });
    expect(JSON.parse(stdout)).toEqual(Object.fromEntries(functionNames.map((name) => [name, 'function'])));
  });
});
