import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { functionNames } from '../../infra/functions/function-names.ts';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';

const root = join(import.meta.dirname, '../..');
const bundleLimitBytes = 450_000;
const bindings = [
  'EVENT_LOG_TABLE',
  'TIMELINES_TABLE',
  'ACCESS_TABLE',
  'DEFAULT_QUOTA',
  'SUBSCRIBERS_TABLE',
  'REDACTIONS_TABLE',
  'HELD_EVENTS_TABLE',
  'DISTRIBUTION_ID',
  'PARKED_QUEUE_URL',
  'POSTPONED_QUEUE_URL',
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
  /** The size of what is loaded before the first request. */
  readonly bytesAtStart: number;
  /** The packages and sources that went into it. */
  readonly inputs: readonly string[];
  /** What it may do in DynamoDB: `PutItem` and the like. */
  readonly actions: readonly string[];
  /** The commands of DynamoDB that its code has. */
  readonly commands: readonly string[];
}

/** A resource of the template, as far as it is one. */
interface FunctionResource {
  readonly Type: string;
  readonly Properties: {
    readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
    readonly Role: { readonly 'Fn::GetAtt': readonly [string, string] };
  };
  readonly Metadata: { readonly 'aws:asset:path': string };
}

interface PolicyDocument {
  readonly Statement: readonly { readonly Effect: string; readonly Action: string | readonly string[] }[];
}

/** A role with its own policies, or a policy of roles. */
interface PolicyResource {
  readonly Properties?: {
    readonly Policies?: readonly { readonly PolicyDocument: PolicyDocument }[];
    readonly Roles?: readonly { readonly Ref: string }[];
    readonly PolicyDocument?: PolicyDocument;
  };
}

/** One file of a bundle in esbuild's account. */
interface BundleOutput {
  readonly bytes: number;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
}

/** Following a stream is what Lambda does, with the rights of the function. */
const streamActions = new Set(['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']);

function actionsOf(role: string, resources: Readonly<Record<string, PolicyResource>>): string[] {
  const within = resources[role]?.Properties?.Policies ?? [];
  const beside = Object.values(resources).flatMap(({ Properties: { Roles = [], PolicyDocument } = {} }) =>
    PolicyDocument && Roles.some(({ Ref }) => Ref === role) ? [{ PolicyDocument }] : [],
  );
  const allowed = [...within, ...beside]
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Effect }) => Effect === 'Allow');
  const actions = allowed.flatMap(({ Action }) => Action);
  const names = actions.flatMap((action) => /^dynamodb:(.*)$/.exec(action)?.[1] ?? []);
  return [...new Set(names)].filter((name) => !streamActions.has(name));
}

function bytesAtStart(outputs: Readonly<Record<string, BundleOutput>>, path: string): number {
  const paths = new Set([path]);
  for (const one of paths) {
    for (const { kind, external, path: imported } of outputs[one]?.imports ?? []) {
      if (kind === 'import-statement' && !external) paths.add(imported);
    }
  }
  return [...paths].reduce((sum, one) => sum + (outputs[one]?.bytes ?? 0), 0);
}

function commandsIn({ inputs }: Pick<BundleOutput, 'inputs'>): string[] {
  const used = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const names = used.flatMap(([path]) => /client-dynamodb\/.*\/commands\/(\w+)Command\.js$/.exec(path)?.[1] ?? []);
  // The client itself has it, for who lets it look for endpoints.
  return names.filter((name) => name !== 'DescribeEndpoints');
}

/** Whether code names a variable of the environment. The guides in `read-guide` name some too, but not as code does. */
const isReadIn = (code: string, variable: string) =>
  new RegExp(`["']${variable}["']|\\benv\\.${variable}\\b`).test(code);

const functions = new Map<string, DeployedFunction>();
let outputFolder: string;
let spoken: { stdout: string; stderr: string };

/** Nothing of this machine: no account, no region, no home with credentials. */
const run = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  promisify(execFile)(process.execPath, args, { cwd: root, env });

const readJson = async (name: string) => JSON.parse(await readFile(join(outputFolder, name), 'utf8'));

beforeAll(async () => {
  outputFolder = await mkdtemp(join(tmpdir(), 'timeline-synthesis-'));
  // Bundles are the same for every stage. To make them takes longer than all that is tested here.
  const bundles = join(await synthesizedStack(), 'bundles');
  spoken = await run(['infra/app.ts'], { CDK_OUTDIR: outputFolder, TIMELINE_BUNDLES: bundles });
  const { Resources } = await readJson('Timeline-production.template.json');
  const { outputs } = JSON.parse(await readFile(join(bundles, 'metafile.json'), 'utf8'));
  for (const { Type, Properties, Metadata } of Object.values<FunctionResource>(Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const variables = Properties.Environment.Variables;
    const name = String(variables.POWERTOOLS_SERVICE_NAME);
    const folder = join(outputFolder, Metadata['aws:asset:path']);
    const files = Object.entries<BundleOutput>(outputs).filter(([path]) => path.includes(`/${name}/`));
    const texts = await Promise.all(
      files.filter(([path]) => path.endsWith('.mjs')).map(([path]) => readFile(join(folder, basename(path)), 'utf8')),
    );
    const inputs = Object.assign({}, ...files.map(([, output]) => output.inputs));
    functions.set(name, {
      variables,
      folder,
      code: texts.join('\n'),
      bytesAtStart: bytesAtStart(outputs, files.find(([path]) => path.endsWith('/index.mjs'))?.[0] ?? ''),
      inputs: Object.keys(inputs),
      actions: actionsOf(Properties.Role['Fn::GetAtt'][0], Resources),
      commands: commandsIn({ inputs }),
    });
  }
});

afterAll(() => rm(outputFolder, { recursive: true, force: true }));

describe('Synthesis, without an account', () => {
  test('reports no error and no warning', () => {
    expect(spoken).toEqual({ stdout: '', stderr: '' });
  });

  test('reads nothing from an account', async () => {
    const { missing, artifacts } = await readJson('manifest.json');
    expect(missing).toBeUndefined();
    expect(artifacts['Timeline-production'].environment).toBe('aws://unknown-account/unknown-region');
  });

  test('puts the code of every function where the template says', () => {
    expect([...functions.keys()].sort()).toEqual([...functionNames].sort());
    expect(new Set([...functions.values()].map(({ folder }) => basename(folder))).size).toBe(functionNames.length);
  });
});

describe('Every function', () => {
  test('stays within the budget of its bundle', () => {
    const sizes = [...functions].map(([name, own]) => [name, own.bytesAtStart] as const);
    expect(sizes.filter(([, bytes]) => bytes === 0 || bytes > bundleLimitBytes)).toEqual([]);
  });

  test('has exactly the environment variables that its code reads', () => {
    const asked = [...functions].map(([name, { code }]) => [
      name,
      bindings.filter((variable) => isReadIn(code, variable)),
    ]);
    const given = [...functions].map(([name, { variables }]) => [
      name,
      bindings.filter((variable) => variable in variables),
    ]);
    expect(Object.fromEntries(asked)).toEqual(Object.fromEntries(given));
  });

  test('has exactly the DynamoDB permissions that its commands need, which the local system does not check', () => {
    const writing = ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];
    // A transaction needs the permissions of what it contains, and a statement that of its verb. All statements insert.
    const actionsOfCommands: Readonly<Record<string, string>> = {
      TransactGetItems: 'GetItem',
      BatchExecuteStatement: 'PartiQLInsert',
    };
    const actionOf = (command: string) => actionsOfCommands[command] ?? command;
    const missing = [...functions].map(([name, { actions, commands }]) => {
      const single = commands.filter((command) => command !== 'TransactWriteItems').map(actionOf);
      return [name, single.filter((action) => !actions.includes(action))];
    });
    expect(Object.fromEntries(missing)).toEqual(Object.fromEntries([...functions.keys()].map((name) => [name, []])));
    const idle = [...functions].map(([name, { actions, commands }]) => {
      const inTransactions = commands.includes('TransactWriteItems') ? writing : [];
      const used = [...commands.map(actionOf), ...inTransactions];
      return [name, actions.filter((action) => !used.includes(action))];
    });
    expect(Object.fromEntries(idle)).toEqual(Object.fromEntries([...functions.keys()].map((name) => [name, []])));
  });

  test('contains only the clients of the services that it uses', () => {
    const carrying = (client: string) =>
      [...functions]
        .filter(([, { inputs }]) => inputs.some((path) => path.includes(`/${client}/`)))
        .map(([name]) => name);
    const boundTo = (...variables: readonly string[]) =>
      [...functions].filter(([, own]) => variables.some((variable) => variable in own.variables)).map(([name]) => name);
    expect({
      cloudfront: carrying('client-cloudfront'),
      dynamodb: carrying('client-dynamodb'),
      sqs: carrying('client-sqs'),
    }).toEqual({
      cloudfront: boundTo('DISTRIBUTION_ID'),
      dynamodb: boundTo(
        'EVENT_LOG_TABLE',
        'TIMELINES_TABLE',
        'ACCESS_TABLE',
        'SUBSCRIBERS_TABLE',
        'REDACTIONS_TABLE',
        'HELD_EVENTS_TABLE',
      ),
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
      DEFAULT_QUOTA: '{"events":0,"changes":0,"bytes":0}',
      AWS_REGION: 'eu-west-1',
    });
    expect(JSON.parse(stdout)).toEqual(Object.fromEntries(functionNames.map((name) => [name, 'function'])));
  });
});
