import type { Command } from 'commander';
import { createProgram, type Terminal } from './cli.ts';
import { costsCommand } from './costs.ts';
import { importCommand } from './import.ts';
import { keyCommand } from './key.ts';
import { preflightCommand } from './preflight.ts';
import { rebuildCommand } from './rebuild.ts';
import { reconcileCommand } from './reconcile.ts';
import { redactCommand } from './redact.ts';
import { restoreCommand } from './restore.ts';
import { smokeCommand } from './smoke.ts';
import { storyCommand } from './story.ts';

/** Each subcommand has a file. To add one, add its file and list it here. */
const subcommands = [
  importCommand,
  keyCommand,
  storyCommand,
  redactCommand,
  reconcileCommand,
  rebuildCommand,
  restoreCommand,
  costsCommand,
  preflightCommand,
  smokeCommand,
];

/** The command `npx timeline`, with all its subcommands. */
export function timeline(terminal: Terminal): Command {
  const program = createProgram(
    'npx timeline',
    {
      summary: 'Operate a timeline.',
      description:
        'Operates a timeline: the local system that "npm start" runs, whether it is running or not, or a deployed one.',
      examples: [
        ['Import a file of events into the local system', 'npx timeline import events.ndjson'],
        ['Show what a command does and accepts', 'npx timeline key create --help'],
      ],
      exitCodes: { done: 'The work is done.', failed: 'The work failed, or something is left to do.' },
    },
    terminal,
  );
  for (const addTo of subcommands) addTo(program, terminal);
  return program;
}
