import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { parseConfig, type TimelineConfig } from '../../infra/config/settings.ts';
import { writeEmptyFunctions } from '../../infra/functions/empty-functions.ts';
import { timelineApp } from '../../infra/timeline-app.ts';
import { sharedStage } from '../support/stack/synthesized-stack.ts';

/** A stack as a tree of constructs, for what no template shows. It takes a second; `synthesized` takes none. */
export function constructed(
  name: 'Timeline' | 'TimelineFirewall' = 'Timeline',
  settings: TimelineConfig['stages'][string] = {},
): { readonly app: App; readonly stack: Stack } {
  const outputFolder = mkdtempSync(join(tmpdir(), 'timeline-constructed-'));
  try {
    const bundles = writeEmptyFunctions(join(outputFolder, 'bundles'));
    const stages = parseConfig({ stages: { [sharedStage]: settings } });
    const app = timelineApp({ outputFolder, bundles, stages });
    return { app, stack: app.node.findChild(`${name}-${sharedStage}`) as Stack };
  } finally {
    rmSync(outputFolder, { recursive: true });
  }
}
