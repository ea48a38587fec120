import type { Command } from 'commander';
import { type ApiOptions, addApiOptions, withApi } from '../api/api-command.ts';
import { readEvents } from '../api/read-input.ts';
import type { Acknowledgement } from '../api/timeline-api.ts';
import { addCommand, exitCodes, misused, type Terminal, valueOption } from '../terminal/cli.ts';
import { safeJson, safeText } from '../terminal/safe-text.ts';
import { wordsOfOutcome } from './dry-run.ts';

interface Options extends ApiOptions {
  readonly dryRun?: true;
  readonly publishAt?: string;
}

/** What the API finds suspicious, though it is allowed. */
export function remarkWarnings({ warnings = [] }: Pick<Acknowledgement, 'warnings'>, { remark }: Terminal): void {
  for (const { pointer, detail } of warnings) remark(`Warning: ${safeText(pointer)}: ${safeText(detail)}`);
}

/** Adds `post`, which posts one event or a few. */
export function postCommand(program: Command, terminal: Terminal): void {
  const { print } = terminal;
  const command = addCommand(program, 'post', {
    summary: 'Post an event, or a few in their order.',
    description: `Posts one event, a JSON array of events or NDJSON, from a file or from standard input. All of them are stored, or none if one is
invalid. An event that is posted again with the same id is stored once. For long files use "npx timeline import".`,
    examples: [
      ['Try an event without storing it', 'npx timeline post event.json --dry-run'],
      [
        'Post an event from standard input',
        `echo '{"id":"talks-1","type":"talks.held","subject":"bridge-talks","data":{"when":{"edtf":"2021-01-11","tz":"Europe/Moscow"},"headline":"Talks on the bridge","parties":[{"name":"Armenia"},{"name":"Azerbaijan"}],"status":"reported","sources":[{"url":"https://example.org/talks","publisher":"AFP"}]}}' | npx timeline post -`,
      ],
      ['Hold an event until noon', 'npx timeline post event.json --publish-at 2027-01-11T12:00:00Z'],
    ],
    exitCodes: {
      done: 'Everything is stored or held, or was before.',
      failed: 'An event was refused, or the API did not respond.',
    },
  })
    .argument('<file>', 'a file with an event, or - for standard input')
    .option('--dry-run', 'Say what the API would do, with its warnings, and store nothing.')
    .addOption(valueOption('--publish-at <instant>', 'Hold one event until this instant. Nobody else sees it before.'))
    .action((file: string, options: Options, command: Command) =>
      withApi(options, async (api) => {
        const { json, dryRun, publishAt } = options;
        const given = await readEvents(file);
        const trial = dryRun ? { dryRun } : {};
        const { dry, is } = wordsOfOutcome(dryRun);
        if (publishAt !== undefined) {
          if (Array.isArray(given)) misused(command, '--publish-at takes one event.');
          const held = await api.held.hold(given, publishAt, trial);
          print(json ? safeJson(held) : `${dry}${safeText(held.id)} ${is} held until ${safeText(held.publishAt)}.`);
          return;
        }
        if (!Array.isArray(given)) {
          const stored = await api.post(given, trial);
          remarkWarnings(stored, terminal);
          print(json ? safeJson(stored) : `${dry}${safeText(stored.id)} ${is} stored, revision ${stored.revision}.`);
          return;
        }
        const stored = await api.postAll(given, trial);
        remarkWarnings(stored, terminal);
        if (json) print(safeJson(stored));
        else for (const { id, outcome } of stored.results) print(`${dry}${safeText(id)} ${safeText(outcome)}`);
        const isWhole = stored.results.every(({ outcome }) => outcome === 'created' || outcome === 'replayed');
        if (!isWhole) terminal.exitCode = exitCodes.failed;
      }),
    );
  addApiOptions(command);
}
