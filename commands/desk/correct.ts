import { type Command, Option } from 'commander';
import { eventIdField } from '../../events/revision-fields.ts';
import { type ApiOptions, addApiOptions, withApi } from '../api/api-command.ts';
import { latestEvent } from '../api/latest-event.ts';
import { readObject } from '../api/read-input.ts';
import { addCommand, checked, misused, type Terminal, valueOption } from '../terminal/cli.ts';
import { readNumber } from '../terminal/read-number.ts';
import { safeJson, safeText } from '../terminal/safe-text.ts';
import { wordsOfOutcome } from './dry-run.ts';
import { patchOf, readSetting, type Setting } from './patch.ts';
import { remarkWarnings } from './post.ts';

interface Options extends ApiOptions {
  readonly note: string;
  readonly patch?: string;
  readonly set?: readonly Setting[];
  readonly revision?: number;
  readonly dryRun?: true;
}

/** Adds `correct`, which corrects an event. */
export function correctCommand(program: Command, terminal: Terminal): void {
  const { print } = terminal;
  const command = addCommand(program, 'correct', {
    summary: 'Correct an event, with a public note.',
    description: `Changes some fields of an event by a new revision. The earlier revisions stay in its history. The note says why, and is public.
A correction builds on the latest revision; with --revision, it is refused if another one came in between.`,
    examples: [
      [
        'Change the headline',
        "npx timeline correct evt_te73c6vbre67e74ncy75l2s54c --note 'The talks were about the road.' --set '/data/headline=Talks on the road'",
      ],
      [
        'Change what a file says, a JSON merge patch of its data',
        "npx timeline correct evt_te73c6vbre67e74ncy75l2s54c --note 'The figure was too high.' --patch patch.json",
      ],
    ],
    exitCodes: {
      done: 'The correction is stored; with --revision, also if it was before.',
      failed: 'It was refused, as one that changes nothing, or the API did not respond.',
    },
  })
    .argument('<event>', 'the id of the event', checked(eventIdField))
    .addOption(valueOption('--note <text>', 'Why. It is public.').makeOptionMandatory())
    .addOption(
      new Option(
        '--set <pointer=value>',
        'A field and its new value: JSON, or else a text; null removes the field. It can be given several times.',
      ).argParser(readSetting),
    )
    .addOption(
      valueOption('--patch <file>', 'A JSON merge patch (RFC 7396) for the data of the event; - for standard input.'),
    )
    .addOption(valueOption('--revision <number>', 'The revision that you have read. Default: the latest.', readNumber))
    .option('--dry-run', 'Say what the API would do, with its warnings, and store nothing.')
    .action((id: string, options: Options, command: Command) => {
      const { note, patch, set, revision, dryRun, json } = options;
      if ((patch === undefined) === (set === undefined)) misused(command, 'say what changes, by --set or by --patch.');
      return withApi(options, async (api) => {
        const entry = await latestEvent(api, id);
        const data = set
          ? patchOf(set, { ...entry.data, when: { edtf: entry.when.edtf, tz: entry.when.tz } })
          : await readObject(patch as string);
        const trial = dryRun ? { dryRun } : {};
        const stored = await api.correct(id, revision ?? entry.revision, { note, data }, trial);
        remarkWarnings(stored, terminal);
        const { dry, is } = wordsOfOutcome(dryRun);
        print(json ? safeJson(stored) : `${dry}${safeText(stored.id)} ${is} corrected, revision ${stored.revision}.`);
      });
    });
  addApiOptions(command);
}
