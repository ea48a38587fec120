import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { TimelineStack } from './timeline-stack.ts';

/** Here and not in `cdk.json`, so that the template is the same with and without the CDK's command line. */
const settings = {
  '@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:annotationsInValidationReport': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  // They tell the local system which folder holds the code of a function.
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:enable-path-metadata': true,
};

export interface TimelineAppOptions {
  readonly outputFolder: string;
  /** Folder with `<function>/index.mjs` for each of `functionNames`. */
  readonly bundles: string;
}

/** The application, for any account and region. Its synthesis refuses whatever the rule packs find. */
export function timelineApp({ outputFolder, bundles }: TimelineAppOptions): App {
  const app = new App({ outdir: outputFolder, context: settings, analyticsReporting: false, treeMetadata: false });
  new TimelineStack(app, 'Timeline', { bundles });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return app;
}
