import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { timelineApp } from '../../infra/timeline-app.ts';
import { writeEmptyFunctions } from '../support/stack/empty-functions.ts';

/** A stack as a tree of constructs, for what no template shows. It takes a second; `synthesized` takes none. */
export function constructed(
  name: 'Timeline' | 'TimelineFirewall' = 'Timeline',
  context: Readonly<Record<string, string>> = {},
): { readonly app: App; readonly stack: Stack } {
  const outputFolder = mkdtempSync(join(tmpdir(), 'timeline-constructed-'));
  process.env.CDK_CONTEXT_JSON = JSON.stringify(context);
  try {
    const bundles = writeEmptyFunctions(join(outputFolder, 'bundles'));
    const app = timelineApp({ outputFolder, bundles });
    return { app, stack: app.node.findChild(name) as Stack };
  } finally {
    delete process.env.CDK_CONTEXT_JSON;
    rmSync(outputFolder, { recursive: true });
  }
}
