import { dirname, join } from 'node:path';
import config from '../timeline.config.ts';
import { defaultSettings, parseConfig } from './config/settings.ts';
import { bundle } from './functions/bundle.ts';
import { functionNames } from './functions/function-names.ts';

const root = dirname(import.meta.dirname);
// The CDK CLI sets it.
const outputFolder = process.env.CDK_OUTDIR ?? join(root, 'cdk.out');
// The local system sets it. Its stage need not be configured.
const stage = process.env.TIMELINE_STAGE;
// Bundles of the same sources that were made before, for another stage. They are the same for every stage.
const madeBefore = process.env.TIMELINE_BUNDLES;
const configured = parseConfig(config);
const stages =
  stage === undefined
    ? configured
    : [configured.find((settings) => settings.stage === stage) ?? defaultSettings(stage)];

async function bundleFunctions(): Promise<string> {
  const entries = functionNames.map((name) => [name, join(root, 'functions', `${name}.ts`)] as const);
  return (await bundle(Object.fromEntries(entries), join(outputFolder, 'bundles'))).folder;
}

const [folder, { timelineApp }] = await Promise.all([
  madeBefore ?? bundleFunctions(),
  // Loading the CDK takes a second. esbuild works meanwhile, since it is another process.
  import('./timeline-app.ts'),
]);
timelineApp({ outputFolder, bundles: folder, stages }).synth();
