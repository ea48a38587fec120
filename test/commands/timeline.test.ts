import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { timeline } from '../../commands/timeline.ts';
import { withCommands } from '../../docs/command-line.ts';
import { endPrograms, startProgram } from '../journeys/support/program.ts';
import { runTimeline } from './support/run-timeline.ts';

const root = join(import.meta.dirname, '..', '..');
const limitMs = 60_000;

afterAll(endPrograms);

/** The commands that a help text lists. */
function subcommandsIn(help: string): string[] {
  const lists = [...help.matchAll(/\n(?:Commands|For .+):\n((?: {2}.*\n)+)/g)].map(([, list = '']) => list).join('');
  return [...lists.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
}

test('the guide lists the commands as they are defined; if this fails, run `npm run guides`', async () => {
  const guide = await readFile(join(root, 'docs', 'command-line.md'), 'utf8');
  expect(guide).toBe(withCommands(guide, timeline({ print: () => {}, remark: () => {}, exitCode: 0 })));
});

describe('npx timeline', () => {
  test('shows at every level what a command does, with at least two examples and its exit codes', async () => {
    const paths: string[][] = [[]];
    for (const path of paths) {
      const { code, output, errors } = await runTimeline([...path, '--help']);
      expect({ path, code, errors }).toEqual({ path, code: 0, errors: '' });
      expect(output).toMatch(new RegExp(`^Usage: ${['npx', 'timeline', ...path].join(' ')} .*\n\n[A-Z].+`));
      expect(output.match(/^ {2}# .+\n {2}.*npx timeline .+$/gm)?.length).toBeGreaterThanOrEqual(2);
      expect(output).toMatch(/\nExit codes:\n {2}0 {2}.+\n {2}1 {2}.+\n {2}2 {2}The command line is wrong\. .+\n$/);
      paths.push(...subcommandsIn(output).map((name) => [...path, name]));
    }
    expect(paths.map((path) => path.join(' '))).toEqual([
      '',
      'post',
      'import',
      'correct',
      'retract',
      'take-down',
      'held',
      'newsroom',
      'timeline',
      'show',
      'history',
      'changes',
      'export',
      'endpoint',
      'key',
      'story',
      'redact',
      'reconcile',
      'rebuild',
      'restore',
      'costs',
      'preflight',
      'smoke',
      'doctor',
      'completion',
      'held list',
      'held show',
      'held release',
      'held retract',
      'endpoint create',
      'endpoint update',
      'endpoint list',
      'endpoint show',
      'endpoint verify',
      'endpoint test',
      'endpoint enable',
      'endpoint disable',
      'endpoint delete',
      'endpoint rotate-secret',
      'endpoint deliveries',
      'endpoint resend',
      'key create',
      'key list',
      'key revoke',
      'key usage',
      'key quota',
      'story transfer',
      'story move',
    ]);
  });

  test('shows its help as an error if no command is given', async () => {
    const { output: help } = await runTimeline(['--help']);
    expect(await runTimeline([])).toEqual({ code: 2, output: '', errors: help });
  });

  test(
    'runs the program of this folder, and ends with its exit code',
    async () => {
      expect(await startProgram('npx', ['timeline', 'key', 'destroy']).ended).toEqual({
        code: 2,
        signal: null,
        output: '',
        errors: "error: unknown command 'destroy'\nFor help: npx timeline key --help\n",
      });
    },
    limitMs,
  );

  test('is found by the bin of package.json, which needs no installed package', async () => {
    const { bin } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(bin).toEqual({ timeline: 'commands/timeline.mjs' });
    expect(await readFile(join(root, bin.timeline), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
