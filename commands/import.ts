import { readFile } from 'node:fs/promises';
import { Presets, SingleBar } from 'cli-progress';
import { type Command, InvalidArgumentError } from 'commander';
import { pointerPattern } from '../events/input/pointer.ts';
import { addCommand, dataFolderOption, exitCodes, misused, type Terminal, valueOption } from './cli.ts';
import { type Imported, importEvents } from './import/import-events.ts';
import { readDevelopmentKey } from './key/development-key.ts';
import { readUrl } from './read-url.ts';

const defaultUrl = 'http://127.0.0.1:3000';

/** A warning names so many lines. */
const linesNamed = 10;

interface Options {
  readonly url: string;
  readonly key?: string;
  readonly data: string;
  readonly idPointer?: string;
  readonly json?: true;
}

function readPointer(text: string): string {
  if (pointerPattern.test(text)) return text;
  throw new InvalidArgumentError('It must be a JSON pointer such as /data/sources/0/url.');
}

/** A line without an id is a new event once it is edited: its old version stays public beside it. */
function warn(lines: readonly number[], { remark }: Terminal): void {
  const named = lines.slice(0, linesNamed).join(', ');
  const more = lines.length > linesNamed ? ` and ${lines.length - linesNamed} more` : '';
  const which = lines.length === 1 ? `Line ${named} has` : `Lines ${named}${more} have`;
  remark(
    `Warning: ${which} no id. An id is computed from the text of the line. If you edit such a line and import the file again, both versions are public. Give every line an id, or name the field that has it with --id-pointer.`,
  );
}

/** Does the work with a progress bar, if standard error is a terminal. */
async function withProgress<Result>(
  work: (onProgress: (done: number, total: number) => void) => Promise<Result>,
): Promise<Result> {
  const bar = new SingleBar(
    { format: '{bar} {value}/{total} events', hideCursor: true, noTTYOutput: false },
    Presets.shades_classic,
  );
  const interrupted = () => {
    // The bar has hidden the cursor.
    bar.stop();
    console.error('Interrupted. Events that are stored stay. Run the import again to store the rest.');
    process.exit(exitCodes.failed);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await work((done, total) => {
      if (bar.isActive) bar.update(done);
      else bar.start(total, done);
    });
  } finally {
    bar.stop();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}

function report(imported: Imported, { json }: Options, { print }: Terminal): void {
  const { created, replayed, refused, redacted = [] } = imported;
  if (json) {
    print(JSON.stringify(imported));
    return;
  }
  print(`${created} created, ${replayed} replayed, ${refused.length} refused`);
  for (const { line, reason } of refused) print(`line ${line}: ${reason}`);
  for (const line of redacted) print(`line ${line}: Its event was taken down, and is not stored again.`);
}

/** Adds `import`, which posts a file of events. */
export function importCommand(program: Command, terminal: Terminal): void {
  addCommand(program, 'import', {
    summary: 'Post a file of events, one on each line.',
    description: `Posts a file of events in batches, as fast as the API accepts them. Lines that the API refuses are listed with the
reason, and all others are stored. It can be run again at any time: events that are stored already are replayed, not stored twice.`,
    examples: [
      ['Import into the local system, with its development key', 'npx timeline import events.ndjson'],
      [
        'Import into a deployed system',
        'TIMELINE_KEY=tl_… npx timeline import events.ndjson --url https://timeline.example.org',
      ],
    ],
    exitCodes: {
      done: 'Every event of the file is stored, but for those that were taken down.',
      failed: 'Some lines were refused, the API did not respond, or it did not accept the key.',
    },
  })
    .argument('<file>', 'NDJSON in UTF-8: one event on each line, as POST /v1/events accepts it')
    .addOption(valueOption('--url <url>', 'Address of the API.', readUrl).default(defaultUrl))
    .addOption(
      valueOption(
        '--key <key>',
        'API key with the scope events:write. Default: the development key of the local system.',
      ).env('TIMELINE_KEY'),
    )
    .addOption(dataFolderOption('Folder of the local system whose development key is used.'))
    .addOption(
      valueOption(
        '--id-pointer <pointer>',
        'Where the id is in a line that has none: a JSON pointer to a text or a whole number. Such a line without it is refused. Default: the id is computed from the text of the line.',
        readPointer,
      ),
    )
    .option(
      '--json',
      'Print the result as JSON: created, replayed, refused lines with reasons, and lines whose events were taken down.',
    )
    .action(async (file: string, options: Options, command: Command) => {
      const content = await readFile(file).catch((error: Error) =>
        misused(command, `cannot read the file. ${error.message}`),
      );
      const { url, data } = options;
      const key =
        options.key ?? (await readDevelopmentKey(data)) ?? misused(command, 'there is no key. Give one with --key.');
      const { idPointer } = options;
      const onComputedIds = (lines: readonly number[]) => warn(lines, terminal);
      const imported = await withProgress((onProgress) =>
        importEvents(content, { url, key }, onProgress, { idPointer, onComputedIds }),
      );
      report(imported, options, terminal);
      if (imported.refused.length > 0) terminal.exitCode = exitCodes.failed;
    });
}
