import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checkedStacks } from './checked-stacks.ts';

const regions = ['us-east-1', 'eu-central-1', 'ap-southeast-2'];
/** A dependency that a reference implies already: the CDK writes the one of a function on its role. */
const ignored = ['W3005'];
const patienceMs = 120_000;

function isInstalled(): boolean {
  try {
    execFileSync('cfn-lint', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'timeline-cfn-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The lines of what the linter finds in templates, for all regions. */
async function findings(files: readonly string[]): Promise<string> {
  const options = ['--format', 'parseable', '--ignore-checks', ...ignored, '--regions', ...regions];
  try {
    return (await promisify(execFile)('cfn-lint', [...options, '--template', ...files])).stdout;
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

if (isInstalled()) {
  describe(`cfn-lint, for ${regions.join(', ')},`, () => {
    test(
      'finds nothing in any stage',
      async () => {
        expect(await findings(Object.values(await checkedStacks()))).toBe('');
      },
      patienceMs,
    );

    test(
      'finds a planted fault',
      async () => {
        const file = join(folder, 'faulty.json');
        const One = { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 50_000 } };
        writeFileSync(file, JSON.stringify({ Resources: { One } }));
        expect(await findings([file])).toContain('E3034');
      },
      patienceMs,
    );
  });
} else {
  test.skip('cfn-lint is not installed, so templates are checked without it', () => {});
}
