import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { storySlugSchema } from '../events/catalogue/fields/identifiers.ts';
import { textOf } from '../events/catalogue/fields/text.ts';
import { eventIdOf } from '../events/identity.ts';
import { InvalidInput, NotFound, Redacted, StateConflict } from '../events/input/errors.ts';
import { maximumNoteLength } from '../events/input/limits.ts';
import { type Redaction, redactionReasons } from '../events/redaction.ts';
import { eventIdField } from '../events/revision-fields.ts';
import { storySource } from '../events/story.ts';
import { replayAll } from './redact/replay-all.ts';
import { addTableOptions, setFunctionEnvironment, withTables } from './tables/table-target.ts';
import { addCommand, CommandFailure, checked, exitCodes, misused, type Terminal, valueOption } from './terminal/cli.ts';

interface Options {
  readonly story?: string;
  readonly note?: string;
  readonly reason?: Redaction['reason'];
  readonly revisions?: readonly number[];
  readonly confirmNote?: true;
  readonly replay?: true;
}

const noteSchema = textOf(maximumNoteLength);

function readRevisions(text: string): readonly number[] {
  if (!/^\d{1,6}(,\d{1,6})*$/.test(text)) throw new InvalidArgumentError('It must be numbers such as 0,1.');
  return [...new Set(text.split(',').map(Number))];
}

/** @throws {CommandFailure} with the reason for which it is refused */
async function redactOne(eventId: string, options: Options & Required<Pick<Options, 'note' | 'reason'>>) {
  const { redact } = await import('../functions/lib/redact/redact.ts');
  const { sequence } = await import('../functions/lib/sequence/sequencer.ts');
  const { note, reason, revisions, confirmNote = false } = options;
  try {
    // What stays of an event is known once its revisions are published.
    await sequence([eventId]);
    const done = await redact(
      { eventId, note, reason, ...(revisions && { revisions }), newsroom: null, confirmNote },
      { now: Date.now(), requestId: `redact-${randomUUID()}` },
    );
    await sequence([eventId]);
    return done;
  } catch (error) {
    const isRefusal = [InvalidInput, NotFound, Redacted, StateConflict].some((kind) => error instanceof kind);
    if (isRefusal) throw new CommandFailure((error as Error).message);
    throw error;
  }
}

/** The id of the event that a command line names. */
function eventOn(command: Command, id: string | undefined, { story }: Options): string {
  if (story !== undefined && id === undefined) return eventIdOf(storySource, story);
  if (id !== undefined && story === undefined) return id;
  return misused(command, 'name an event, or a story with --story.');
}

/** Adds `redact`, by which the operator takes content down. */
export function redactCommand(program: Command, terminal: Terminal): void {
  const command = addCommand(program, 'redact', {
    summary: 'Take content down, so that it is nowhere.',
    description: `Takes down an event of any newsroom, some of its revisions, or the description of a story. It cannot be undone. That
something was taken down, when and why is public for good. The functions of the system then remove the content, within a minute or
two. The note of a redaction can be taken down too: redact its event again, or name the revision of the redaction. With --replay, it carries out again all that was
taken down, as "restore" does at its end.`,
    examples: [
      [
        'An event of the local system',
        "npx timeline redact evt_te73c6vbre67e74ncy75l2s54c --reason legal --note 'By order of a court.'",
      ],
      [
        'All that was taken down, again',
        'npx timeline redact --replay --event-log EVENT_LOG_TABLE --redactions REDACTIONS_TABLE',
      ],
    ],
    exitCodes: {
      done: 'The redaction is on the record, or was before. The functions remove the content.',
      failed:
        'It was refused, a replayed redaction is of an event that the log does not have, or the tables cannot be reached.',
    },
  })
    .argument('[event]', 'the id of the event', checked(eventIdField))
    .addOption(
      valueOption('--story <slug>', 'The description of this story, instead of an event.', checked(storySlugSchema())),
    )
    .addOption(valueOption('--note <text>', 'What readers see instead. It is public.', checked(noteSchema)))
    .addOption(valueOption('--reason <reason>', 'Why. It is public.').choices([...redactionReasons]))
    .addOption(
      valueOption('--revisions <numbers>', 'Only these revisions, such as 0,1, without the latest.', readRevisions),
    )
    .option('--confirm-note', 'Keep a note that repeats words of what is taken down.')
    .option('--replay', 'Carry out again all redactions of the list, in a log that was restored.');
  addTableOptions(command, ['eventLog', 'redactions']).action(
    async (id: string | undefined, options: Options, command: Command) => {
      const { note, reason, replay } = options;
      const eventId = replay ? '' : eventOn(command, id, options);
      if (replay && (id ?? options.story ?? note ?? reason ?? options.revisions) !== undefined) {
        misused(command, '--replay takes no event, note or reason.');
      }
      if (!replay && (note === undefined || reason === undefined)) misused(command, '--note and --reason are needed.');
      await withTables(command, ['eventLog', 'redactions'], async (target) => {
        setFunctionEnvironment(target);
        if (replay) {
          if (!(await replayAll(terminal))) terminal.exitCode = exitCodes.failed;
          return;
        }
        const { revision, outcome } = await redactOne(eventId, options as Parameters<typeof redactOne>[1]);
        const when = outcome === 'replayed' ? 'was taken down before' : 'is taken down';
        terminal.print(
          `${eventId} ${when}, by its revision ${revision.revision}. erase-content removes the content within minutes.`,
        );
      });
    },
  );
}
