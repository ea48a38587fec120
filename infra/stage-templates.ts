import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from './config/settings.ts';
import type { Template } from './costs/template.ts';
import { writeEmptyFunctions } from './functions/empty-functions.ts';
import { timelineApp } from './timeline-app.ts';

/** The templates of the stacks of each stage, synthesized with functions that do nothing. */
export function stageTemplates(stages: readonly Settings[]): Readonly<Record<string, readonly Template[]>> {
  const outputFolder = mkdtempSync(join(tmpdir(), 'timeline-templates-'));
  // The rule packs check what is deployed, and take most of the time.
  process.env.CDK_VALIDATION = 'false';
  try {
    const bundles = writeEmptyFunctions(join(outputFolder, 'bundles'));
    const { stacks } = timelineApp({ outputFolder, bundles, stages }).synth();
    const templateOf = (file: string): Template => JSON.parse(readFileSync(file, 'utf8'));
    const named = stages.map(({ stage }) => [
      stage,
      stacks.filter(({ id }) => id.endsWith(`-${stage}`)).map(({ templateFullPath }) => templateOf(templateFullPath)),
    ]);
    return Object.fromEntries(named);
  } finally {
    rmSync(outputFolder, { recursive: true });
  }
}
