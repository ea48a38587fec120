import { type Command, InvalidArgumentError, Option } from 'commander';
import { maximumNoteLength } from '../events/input/limits.ts';
import { pointerPattern } from '../events/input/pointer.ts';
import { type ApiOptions, addApiOptions, keyOf, withApi } from './api/api-command.ts';
import { importEvents, importLines } from './import/import-events.ts';
import type { Line } from './import/read-lines.ts';
import { readWhole } from './import/read-whole.ts';
import { reportImport, reportProblems, reportRetracted } from './import/report.ts';
import { type Retracted, retractMissing } from './import/retract-missing.ts';
import { placeDifferences } from './import/table/place-differences.ts';
import { InvalidTable } from './import/table/table.ts';
import { type TableOptions, tableEvents, writeMapping } from './import/table/table-file.ts';
import type { Imported } from './import/tally.ts';
import { withProgress } from './import/with-progress.ts';
import { addCommand, CommandFailure, exitCodes, misused, type Terminal, valueOption } from './terminal/cli.ts';
import { readNumber } from './terminal/read-number.ts';

/** A warning names so many lines. */
const linesNamed = 10;

interface Options extends TableOptions, ApiOptions {
  readonly idPointer?: string;
  readonly writeMapping?: true | string;
  readonly correct?: string;
  readonly strict?: true;
  readonly retractMissing?: true;
  readonly note?: string;
  readonly yes?: true;
  readonly retractCount?: number;
  readonly dryRun?: true;
}

/** What was imported, and the lines of the file. */
interface ImportedFile {
  readonly imported: Imported;
  readonly lines: readonly Line[];
}

function readNote(text: string): string {
  if (text.trim() !== '' && text.length <= maximumNoteLength) return text;
  throw new InvalidArgumentError(`It must be a text of at most ${maximumNoteLength} characters.`);
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

/** Ends the command if it could not ask before it retracts, or not say why. Nothing is sent then. */
function assertMayRetract(options: Options, command: Command, { ask }: Terminal): void {
  const { note, yes, retractCount, dryRun } = options;
  if (!options.retractMissing) {
    const given = note !== undefined || yes || retractCount !== undefined;
    if (given) misused(command, '--note, --yes and --retract-count are for --retract-missing.');
    return;
  }
  if (note === undefined) misused(command, '--retract-missing needs --note, which tells readers why.');
  if (!dryRun && !yes && !ask) {
    misused(
      command,
      '--retract-missing asks before it retracts, and standard input is no terminal. Use --dry-run or --yes.',
    );
  }
}

/** Posts a file, as NDJSON or as a table. */
async function importFile(file: string, options: Options, command: Command, terminal: Terminal): Promise<ImportedFile> {
  const { url, idPointer, dryRun, strict, correct: note } = options;
  const table = await tableEvents(file, options, (sentence) => misused(command, sentence));
  const content =
    table === null &&
    (await readWhole(file).catch((error: Error) => {
      if (error instanceof CommandFailure) throw error;
      return misused(command, `cannot read the file. ${error.message}`);
    }));
  if (table && idPointer !== undefined) misused(command, '--id-pointer is for NDJSON. Use --id-column for a table.');
  const key = (await keyOf(options)) ?? misused(command, 'there is no key. Give one with --key, or in TIMELINE_KEY.');
  const target = { url, key, ...(dryRun && { isDryRun: true }), ...(strict && { isStrict: true }) };
  if (table?.skipped) terminal.remark(`${table.skipped} rows are left out, as the mapping says under "skip".`);
  const onComputedIds = (lines: readonly number[]) => warn(lines, terminal);
  if (table === null) {
    let lines: readonly Line[] = [];
    const onRead = (read: readonly Line[]) => {
      lines = read;
    };
    const imported = await withProgress((onProgress) =>
      importEvents(content || '', target, onProgress, { idPointer, onComputedIds, onRead, note }),
    );
    return { imported, lines };
  }
  const { lines, columns } = table;
  const imported = await withProgress((onProgress) => importLines(lines, target, onProgress, { note }));
  const refused = imported.refused.map(({ differences, ...refusal }) => ({
    ...refusal,
    ...(differences && { differences: placeDifferences(differences, columns) }),
  }));
  return { imported: { ...imported, refused }, lines };
}

/**
 * Retracts what the file does not have. A file without events, or with a line that was refused, is not taken for the
 * whole record.
 */
async function retract(
  { imported, lines }: ImportedFile,
  options: Options,
  { print, remark, ask }: Terminal,
): Promise<Retracted> {
  const nothing = { missing: [], retracted: 0 };
  if (imported.refused.length > 0) {
    return { ...nothing, kept: 'Nothing was retracted, since lines were refused. Import the file again without them.' };
  }
  if (lines.length === 0) return { ...nothing, kept: 'Nothing was retracted, since the file has no events.' };
  const { url, note = '', dryRun = false, yes = false, retractCount: count, json } = options;
  const show = json ? remark : print;
  return withApi(options, async (api) => {
    const { newsroom } = await api.newsroom();
    return withProgress((onProgress) => {
      const settings = { note, isDryRun: dryRun, isConfirmed: yes, count, show, ask, onProgress };
      return retractMissing(api, { newsroom, lines }, settings, url);
    });
  });
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
        'Take the rows that were deleted from the sheet out of the timeline; show them first',
        "npx timeline import rows.csv --map mapping.json --retract-missing --note 'It was entered by mistake.' --dry-run",
      ],
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
      failed:
        'Some lines were refused, events that are missing were not retracted, the API did not respond, or it did not accept the key.',
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
    .option(
      '--retract-missing',
      'Retract the events of your newsroom that are in the stories of the file, and no longer in the file. They are listed, and retracted only if you confirm it. Nothing is retracted if the file has no events, or if a line was refused.',
    )
    .addOption(valueOption('--note <note>', 'Why they are retracted. It is public.', readNote))
    .option('--yes', 'Retract them without a question.')
    .addOption(
      valueOption(
        '--retract-count <number>',
        'How many will be retracted. Needed with --yes if it is half of a story or more. If it is another number, nothing is retracted.',
        readNumber,
      ),
    )
    .option('--dry-run', 'Say what the import would do, and store and retract nothing.')
    .action(async (path: string, options: Options, command: Command) => {
      try {
        if (options.writeMapping) {
          await writeMapping(path, options, options.writeMapping, terminal);
          return;
        }
        assertMayRetract(options, command, terminal);
        const { json, dryRun } = options;
        const file = await importFile(path, options, command, terminal);
        if (!json) reportImport(file.imported, options, terminal);
        const retracted = options.retractMissing && (await retract(file, options, terminal));
        if (json) terminal.print(JSON.stringify({ ...file.imported, ...(dryRun && { dryRun }), ...retracted }));
        else if (retracted) reportRetracted(retracted, options, terminal);
        const isLeft = file.imported.refused.length > 0 || (retracted && retracted.kept !== undefined);
        if (isLeft) terminal.exitCode = exitCodes.failed;
      } catch (error) {
        if (!(error instanceof InvalidTable)) throw error;
        reportProblems(error, options, terminal);
        terminal.exitCode = exitCodes.failed;
      }
    });
  addApiOptions(
    command,
    'Print the result as JSON: created, replayed, corrected, refused lines with reasons and differences, lines whose events were taken down, and events that the file does not have.',
  );
}
