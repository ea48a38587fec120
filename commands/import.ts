import { readFile } from 'node:fs/promises';
import { Presets, SingleBar } from 'cli-progress';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { pointerPattern } from '../events/input/pointer.ts';
import { type ApiOptions, addApiOptions, keyOf } from './api/api-command.ts';
import { addCommand, exitCodes, misused, type Terminal, valueOption } from './cli.ts';
import { mayCorrect } from './import/compare-line.ts';
import { differenceText } from './import/difference-text.ts';
import { type Imported, importEvents, importLines } from './import/import-events.ts';
import { placeDifferences } from './import/table/place-differences.ts';
import { InvalidTable } from './import/table/table.ts';
import { type TableOptions, tableEvents, writeMapping } from './import/table/table-file.ts';

/** A warning names so many lines. */
const linesNamed = 10;

interface Options extends TableOptions, ApiOptions {
  readonly idPointer?: string;
  readonly writeMapping?: true | string;
  readonly correct?: string;
  readonly strict?: true;
  readonly dryRun?: true;
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

const placeOf = ({ line, column }: { readonly line: number; readonly column?: string }) =>
  column === undefined ? `line ${line}` : `line ${line}, column "${column}"`;

function report(imported: Imported, { json, dryRun, correct }: Options, { print, remark }: Terminal): void {
  const { created, replayed, corrected, refused, redacted = [] } = imported;
  if (json) {
    print(JSON.stringify(dryRun ? { ...imported, dryRun } : imported));
    return;
  }
  const corrections = corrected === undefined ? '' : `${corrected} corrected, `;
  const counts = `${created} created, ${replayed} replayed, ${corrections}${refused.length} refused`;
  print(dryRun ? `Dry run, nothing was stored: ${counts}` : counts);
  for (const { line, reason, differences = [] } of refused) {
    print(`line ${line}: ${reason}`);
    for (const difference of differences) print(`${placeOf({ line, ...difference })}: ${differenceText(difference)}`);
  }
  const isCorrectable = refused.some(({ differences = [] }) => differences.length > 0 && mayCorrect(differences));
  if (correct === undefined && isCorrectable) {
    remark('To correct the events that differ, import the file again with --correct and a note for readers.');
  }
  for (const line of redacted) print(`line ${line}: Its event was taken down, and is not stored again.`);
}

function reportProblems({ problems, count }: InvalidTable, { json }: Options, { print }: Terminal): void {
  if (json) {
    const refused = problems.map(({ detail, ...place }) => ({ ...place, reason: detail }));
    print(JSON.stringify({ created: 0, replayed: 0, refused, problems: count }));
    return;
  }
  print(`Nothing was sent: the file has ${count === 1 ? '1 problem' : `${count} problems`}.`);
  for (const problem of problems) print(`${placeOf(problem)}: ${problem.detail}`);
  if (count > problems.length) print(`… and ${count - problems.length} more.`);
}

/** Posts a file, as NDJSON or as a table. */
async function importFile(file: string, options: Options, command: Command, terminal: Terminal): Promise<Imported> {
  const { url, idPointer, dryRun, strict, correct: note } = options;
  const table = await tableEvents(file, options, (sentence) => misused(command, sentence));
  const content =
    table === null &&
    (await readFile(file).catch((error: Error) => misused(command, `cannot read the file. ${error.message}`)));
  if (table && idPointer !== undefined) misused(command, '--id-pointer is for NDJSON. Use --id-column for a table.');
  const key = (await keyOf(options)) ?? misused(command, 'there is no key. Give one with --key, or in TIMELINE_KEY.');
  const target = { url, key, ...(dryRun && { isDryRun: true }), ...(strict && { isStrict: true }) };
  if (table?.skipped) terminal.remark(`${table.skipped} rows are left out, as the mapping says under "skip".`);
  const onComputedIds = (lines: readonly number[]) => warn(lines, terminal);
  const imported = await withProgress((onProgress) =>
    table === null
      ? importEvents(content || '', target, onProgress, { idPointer, onComputedIds, note })
      : importLines(table.lines, target, onProgress, { note }),
  );
  if (table === null) return imported;
  const refused = imported.refused.map(({ differences, ...refusal }) => ({
    ...refusal,
    ...(differences && { differences: placeDifferences(differences, table.columns) }),
  }));
  return { ...imported, refused };
}

/** Adds `import`, which posts a file of events. */
export function importCommand(program: Command, terminal: Terminal): void {
  const command = addCommand(program, 'import', {
    summary: 'Post a file of events: NDJSON, or the rows of a spreadsheet (CSV).',
    description: `Posts a file of events in batches, as fast as the API accepts them. Lines that the API refuses are listed with the
reason, and all others are stored. It can be run again at any time: events that are stored already are replayed, not stored twice.

A spreadsheet, saved as CSV, needs a mapping, which says where the cells of each column go. --write-mapping proposes one. All rows are
checked before the first is sent; if any has a problem, nothing is sent. The guide "Importing a spreadsheet" has the details.

The key needs the scope events:write.`,
    examples: [
      ['Import into the local system, with its development key', 'npx timeline import events.ndjson'],
      ['Propose a mapping for a spreadsheet', 'npx timeline import rows.csv --write-mapping mapping.json'],
      [
        'Say what an import of its rows would do',
        'npx timeline import rows.csv --map mapping.json --id-column ID --dry-run',
      ],
      ['Import them', 'npx timeline import rows.csv --map mapping.json --id-column ID'],
      [
        'Import a timeline of TimelineJS',
        'npx timeline import --from timelinejs timeline.json --map mapping.json --id-from-content',
      ],
      [
        'Import into a deployed system',
        'TIMELINE_URL=https://timeline.example.org TIMELINE_KEY=tl_… npx timeline import events.ndjson',
      ],
    ],
    exitCodes: {
      done: 'Every event of the file is stored, but for those that were taken down.',
      failed: 'Some lines were refused, the API did not respond, or it did not accept the key.',
    },
  })
    .argument(
      '<file>',
      'NDJSON in UTF-8: one event on each line, as POST /v1/events accepts it. Or a table: CSV in UTF-8, with a header. With --from, also an https address.',
    )
    .addOption(
      valueOption(
        '--id-pointer <pointer>',
        'Where the id is in a line that has none: a JSON pointer to a text or a whole number. Such a line without it is refused. Default: the id is computed from the text of the line.',
        readPointer,
      ),
    )
    .addOption(valueOption('--map <mapping>', 'The mapping of a table: a file in JSON.'))
    .option(
      '--write-mapping [mapping]',
      'Propose a mapping by the header of a table, and send nothing. Default: print it. An existing file is not replaced.',
    )
    .addOption(new Option('--from <format>', 'Read another format as a table.').choices(['timelinejs']))
    .addOption(
      valueOption(
        '--id-column <column>',
        'The column of a table with the id of each row. Default: "id" of the mapping.',
      ),
    )
    .option('--id-from-content', 'Compute ids of the rows of a table. An edited row is then a second event.')
    .addOption(
      valueOption(
        '--correct <note>',
        'Correct events that are stored with other content. The note is public and says why. Default: such lines are refused.',
      ),
    )
    .option('--strict', 'Refuse lines that look like a mistake, such as an event that its story may have already.')
    .option('--dry-run', 'Say what the import would do, and store nothing.')
    .action(async (file: string, options: Options, command: Command) => {
      try {
        if (options.writeMapping) {
          await writeMapping(file, options, options.writeMapping, terminal);
          return;
        }
        const imported = await importFile(file, options, command, terminal);
        report(imported, options, terminal);
        if (imported.refused.length > 0) terminal.exitCode = exitCodes.failed;
      } catch (error) {
        if (!(error instanceof InvalidTable)) throw error;
        reportProblems(error, options, terminal);
        terminal.exitCode = exitCodes.failed;
      }
    });
  addApiOptions(
    command,
    'Print the result as JSON: created, replayed, corrected, refused lines with reasons, and lines whose events were taken down.',
  );
}
