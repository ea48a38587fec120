import type { Command } from 'commander';
import { completionCommand } from './completion.ts';
import { costsCommand } from './costs.ts';
import { correctCommand } from './desk/correct.ts';
import { heldCommand } from './desk/held.ts';
import { newsroomCommand } from './desk/newsroom.ts';
import { postCommand } from './desk/post.ts';
import { retractCommand } from './desk/retract.ts';
import { takeDownCommand } from './desk/take-down.ts';
import { doctorCommand } from './doctor.ts';
import { importCommand } from './import.ts';
import { keyCommand } from './key.ts';
import { preflightCommand } from './preflight.ts';
import { changesCommand } from './reader/changes.ts';
import { exportCommand } from './reader/export.ts';
import { historyCommand } from './reader/history.ts';
import { readTimelineCommand } from './reader/read-timeline.ts';
import { showCommand } from './reader/show.ts';
import { rebuildCommand } from './rebuild.ts';
import { reconcileCommand } from './reconcile.ts';
import { redactCommand } from './redact.ts';
import { restoreCommand } from './restore.ts';
import { smokeCommand } from './smoke.ts';
import { storyCommand } from './story.ts';
import { endpointCommand } from './subscriber/endpoint.ts';
import { createProgram, type Terminal } from './terminal/cli.ts';

const readers = 'For readers:';

/** Each subcommand has a file. To add one, add its file and list it here, below the user that it is for. */
const subcommands = {
  'For the desk:': [
    postCommand,
    importCommand,
    correctCommand,
    retractCommand,
    takeDownCommand,
    heldCommand,
    newsroomCommand,
  ],
  [readers]: [readTimelineCommand, showCommand, historyCommand, changesCommand, exportCommand],
  'For subscribers:': [endpointCommand],
  'For operators:': [
    keyCommand,
    storyCommand,
    redactCommand,
    reconcileCommand,
    rebuildCommand,
    restoreCommand,
    costsCommand,
    preflightCommand,
    smokeCommand,
  ],
  'For everybody:': [doctorCommand, completionCommand],
};

/** Whether a command only reads for its user: it has nothing left to do when nobody reads its output any more. */
export const isForReaders = (command: Command): boolean => command.helpGroup() === readers;

/** The command `npx timeline`, with all its subcommands. */
export function timeline(terminal: Terminal): Command {
  const program = createProgram(
    'npx timeline',
    {
      summary: 'Write, read, follow and operate a timeline.',
      description: `Writes, reads, follows and operates a timeline: the local system that "npm start" runs, or a deployed one.

Commands for the desk, readers and subscribers call the API at --url or TIMELINE_URL, with the key in --key or TIMELINE_KEY; the default is
the local system with its development key. Most commands for operators work on tables.`,
      examples: [
        ['Show a story as a table', 'npx timeline timeline --story karabakh-2020'],
        ['Post an event', 'npx timeline post event.json'],
        ['Import a file of events into the local system', 'npx timeline import events.ndjson'],
        ['Show what a command does and accepts', 'npx timeline correct --help'],
      ],
      exitCodes: { done: 'The work is done.', failed: 'The work failed, or something is left to do.' },
    },
    terminal,
  );
  for (const [heading, commands] of Object.entries(subcommands)) {
    program.commandsGroup(heading);
    for (const addTo of commands) addTo(program, terminal);
  }
  return program;
}
