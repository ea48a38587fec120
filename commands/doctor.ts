import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type ApiOptions, addApiOptions, keyOf, withApi } from './api/api-command.ts';
import { examine, type Finding } from './doctor/examine.ts';
import { addCommand, exitCodes, type Terminal } from './terminal/cli.ts';
import { safeJson, safeText } from './terminal/safe-text.ts';

const packageFile = new URL('../package.json', import.meta.url);

/** Adds `doctor`, which says why something does not work. */
export function doctorCommand(program: Command, terminal: Terminal): void {
  const command = addCommand(program, 'doctor', {
    summary: 'Find out why something does not work, and what to do.',
    description: `Checks Node.js, whether the API responds and is current, its version, the clock of this machine, what the key may do, whether the quota is used
up, and endpoints and held events that need action. It writes nothing.`,
    examples: [
      ['The local system', 'npx timeline doctor'],
      ['A deployed system', 'TIMELINE_KEY=tl_… npx timeline doctor --url https://timeline.example.org'],
    ],
    exitCodes: { done: 'Nothing needs action.', failed: 'Something needs action. Its line says what to do.' },
  }).action((options: ApiOptions) =>
    withApi(options, async (api) => {
      const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { readonly version: string };
      const key = await keyOf(options);
      const patient = { url: options.url, key, api, version, nodeVersion: process.versions.node, now: Date.now };
      const findings: Finding[] = [];
      for await (const finding of examine(patient)) {
        findings.push(finding);
        const { state, name, detail } = finding;
        if (!options.json) terminal.print(`${state.padEnd(9)}${name.padEnd(11)}${safeText(detail)}`);
      }
      if (options.json) terminal.print(safeJson(findings));
      if (findings.some(({ state }) => state === 'problem')) terminal.exitCode = exitCodes.failed;
    }),
  );
  addApiOptions(command, 'Print the findings as a JSON array: state, name, detail.');
}
