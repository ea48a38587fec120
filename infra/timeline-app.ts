import { readFileSync } from 'node:fs';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { Settings } from './config/settings.ts';
import { FirewallStack } from './firewall-stack.ts';
import { TimelineStack } from './timeline-stack.ts';

/**
 * The feature flags of `cdk.json`, so that the template is the same when it is synthesized without the CDK CLI, and the
 * settings that the CLI would add. The local system needs the paths to find the code of each function.
 */
const context = {
  ...JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')).context,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:enable-path-metadata': true,
};

export interface TimelineAppOptions {
  readonly outputFolder: string;
  /** The folder with `<function>/index.mjs` for each of `functionNames`. */
  readonly bundles: string;
  readonly stages: readonly Settings[];
}

/** The application, for any account and region. Its synthesis fails if a rule pack finds something. */
export function timelineApp({ outputFolder, bundles, stages }: TimelineAppOptions): App {
  const app = new App({ outdir: outputFolder, context, analyticsReporting: false, treeMetadata: false });
  for (const settings of stages) {
    if (settings.profile === 'full') new FirewallStack(app, `TimelineFirewall-${settings.stage}`, settings);
    new TimelineStack(app, `Timeline-${settings.stage}`, { bundles, settings });
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return app;
}
