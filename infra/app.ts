import { dirname, join } from 'node:path';
import { bundle } from './bundle.ts';
import { functionNames } from './function-names.ts';
import { timelineApp } from './timeline-app.ts';

const root = dirname(import.meta.dirname);
// Set by the CDK CLI.
const outputFolder = process.env.CDK_OUTDIR ?? join(root, 'cdk.out');

const entries = functionNames.map((name) => [name, join(root, 'functions', `${name}.ts`)] as const);
const { folder } = await bundle(Object.fromEntries(entries), join(outputFolder, 'bundles'));
timelineApp({ outputFolder, bundles: folder }).synth();
