import { type Command, InvalidArgumentError } from 'commander';
import { redactionReasons } from '../../events/redaction.ts';
import { eventIdField } from '../../events/revision-fields.ts';
import { type ApiOptions, addApiOptions, withApi } from '../api/api-command.ts';
import { addCommand, checked, type Terminal, valueOption } from '../terminal/cli.ts';
import { safeJson, safeText } from '../terminal/safe-text.ts';
import { wordsOfOutcome } from './dry-run.ts';

interface Options extends ApiOptions {
  readonly note: string;
  readonly reason: string;
  readonly revisions?: readonly number[];
  readonly confirmNote?: true;
  readonly dryRun?: true;
}

function readRevisions(text: string): readonly number[] {
  if (!/^\d{1,6}(,\d{1,6})*$/.test(text)) throw new InvalidArgumentError('It must be numbers such as 0,1.');
  return text.split(',').map(Number);
}

/** Adds `take-down`, by which a newsroom takes content of its own down. An operator uses `redact`. */
export function takeDownCommand(program: Command, { print }: Terminal): void {
  const command = addCommand(program, 'take-down', {
    summary: 'Take down the content of an event of your newsroom, for legal reasons or to protect somebody.',
    description: `Redacts an event of your newsroom, or some of its revisions, through the API: the content is removed from everything that is stored.
It cannot be undone. That something was taken down, when and why is public for good. The key needs the scope events:redact. For events
of any newsroom, an operator uses "npx timeline redact".`,
    examples: [
      [
        'See what it would do',
        "npx timeline take-down evt_te73c6vbre67e74ncy75l2s54c --reason privacy --note 'A name was removed.' --dry-run",
      ],
      [
        'Earlier revisions only',
        "npx timeline take-down evt_te73c6vbre67e74ncy75l2s54c --revisions 0,1 --reason privacy --note 'A name was removed.'",
      ],
    ],
    exitCodes: {
      done: 'The redaction is on the record. The content is removed within minutes.',
      failed: 'It was refused, or the API did not respond.',
    },
  })
    .argument('<event>', 'the id of the event', checked(eventIdField))
    .addOption(valueOption('--note <text>', 'What readers see instead. It is public.').makeOptionMandatory())
    .addOption(
      valueOption('--reason <reason>', 'Why. It is public.')
        .choices([...redactionReasons])
        .makeOptionMandatory(),
    )
    .addOption(valueOption('--revisions <numbers>', 'Only these revisions, without the latest.', readRevisions))
    .option('--confirm-note', 'Keep a note that repeats words of what is taken down.')
    .option('--dry-run', 'Say what the API would do, and take nothing down.')
    .action((id: string, options: Options) =>
      withApi(options, async (api) => {
        const { note, reason, revisions, confirmNote, dryRun, json } = options;
        const body = { note, reason, ...(revisions && { revisions }), ...(confirmNote && { confirmNote }) };
        const done = await api.redact(id, body, dryRun ? { dryRun } : {});
        if (json) return print(safeJson(done));
        const { dry, is } = wordsOfOutcome(dryRun, 'taken down');
        const { reaches } = done;
        const reach = reaches
          ? `\nThese revisions would have no content: ${reaches.revisions.join(', ')}. Stories that list it, or did: ${reaches.stories.map(safeText).join(', ')}.`
          : '';
        return print(`${dry}${safeText(done.id)} ${is} taken down by its revision ${done.revision}.${reach}`);
      }),
    );
  addApiOptions(command);
}
