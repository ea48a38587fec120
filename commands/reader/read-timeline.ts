import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ApiOptions, addApiOptions, withApi } from '../api/api-command.ts';
import type { Entry, TimelineApi } from '../api/timeline-api.ts';
import { addCommand, CommandFailure, misused, type Terminal, valueOption } from '../terminal/cli.ts';
import { columns } from '../terminal/columns.ts';
import { readNumber } from '../terminal/read-number.ts';
import { safeJson, safeLines, safeText } from '../terminal/safe-text.ts';
import { addFilterOptions, filterQuery } from './filter-options.ts';

interface Options extends ApiOptions {
  readonly asOf?: string;
  readonly q?: string;
  readonly order?: string;
  readonly language?: string;
  readonly limit?: number;
  readonly format?: string;
  readonly output?: string;
}

const formats = ['json', 'ndjson', 'csv', 'geojson', 'jsonfeed', 'atom', 'rss', 'ics', 'timelinejs'];
const shownByDefault = 100;

function readLimit(text: string): number {
  const limit = readNumber(text);
  if (limit === 0) throw new InvalidArgumentError('It must be at least 1.');
  return limit;
}

/** In a range of days, an event of which less is known may be in it or not. Without a range, all are certain. */
const columnsOf = ({ from, to }: { readonly from?: string; readonly to?: string }) => [
  { name: 'WHEN', cell: ({ when }: Entry) => when.edtf },
  ...(from || to ? [{ name: 'IN RANGE', cell: ({ certainty }: Entry) => certainty }] : []),
  { name: 'TYPE', cell: ({ type }: Entry) => type },
  { name: 'ID', cell: ({ id }: Entry) => id },
  { name: 'HEADLINE', cell: ({ data }: Entry) => data.headline },
];

function tableOf(entries: readonly Entry[], query: Record<string, string>): string {
  const shown = columnsOf(query);
  const rows = entries.map((entry) => shown.map(({ cell }) => safeText(String(cell(entry)))));
  return columns([shown.map(({ name }) => name), ...rows]);
}

async function printEntries(api: TimelineApi, query: Record<string, string>, options: Options, terminal: Terminal) {
  const { limit = shownByDefault, json } = options;
  const entries: Entry[] = [];
  let isCut = false;
  for await (const entry of api.walk(query)) {
    isCut = entries.length >= limit;
    if (isCut) break;
    entries.push(entry);
  }
  if (json) terminal.print(safeJson(entries));
  else if (entries.length === 0) terminal.remark('No events match.');
  else terminal.print(tableOf(entries, query));
  if (isCut)
    terminal.remark(`These are the first ${limit}. Show more with --limit, or narrow them with --from and --to.`);
}

async function writeDocument(api: TimelineApi, query: Record<string, string>, options: Options, terminal: Terminal) {
  const { format = 'json', output, limit, language } = options;
  const response = await api.document({
    ...query,
    format,
    ...(limit !== undefined && { limit }),
    ...(language && { language }),
  });
  // As text, the mark by which spreadsheets recognize UTF-8 would be lost.
  const bytes = Buffer.from(await response.arrayBuffer());
  if (output === undefined) {
    const ended = bytes.toString().replace(/\n$/, '');
    terminal.print(process.stdout.isTTY ? safeLines(ended) : ended);
  } else {
    await writeFile(output, bytes).catch((error: Error) => {
      throw new CommandFailure(`Cannot write ${output}: ${error.message}`);
    });
    terminal.remark(`Written to ${output}.`);
  }
  const cut = response.headers.get('timeline-truncated');
  const hasMore = cut !== null || /rel="?next"?/.test(response.headers.get('link') ?? '');
  if (hasMore)
    terminal.remark('The timeline has more than this. Narrow it with --from and --to, or use "npx timeline export".');
}

/** Adds `timeline`, which shows a timeline as a table, or in any format of the API. */
export function readTimelineCommand(program: Command, terminal: Terminal): void {
  const command = addCommand(program, 'timeline', {
    summary: 'Show a timeline as a table, or in any format.',
    description: `Shows events in the order in which they happened. Without --format it prints a table of the first ${shownByDefault}. With --from or
--to, it says which events are certain to be in the range, and which are only possible, since less is known of their dates.`,
    examples: [
      ['A story in a month', 'npx timeline timeline --story karabakh-2020 --from 2020-11 --to 2020-11'],
      ['As the record was at an instant', 'npx timeline timeline --story karabakh-2020 --as-of 2026-11-22T10:00:00Z'],
      ['A calendar file', 'npx timeline timeline --story karabakh-2020 --format ics --output karabakh.ics'],
    ],
    exitCodes: {
      done: 'The timeline is shown.',
      failed: 'The API refused or did not respond, or the file cannot be written.',
    },
  });
  addFilterOptions(command)
    .addOption(valueOption('--as-of <instant>', 'The record as it was at this instant.'))
    .addOption(valueOption('--q <words>', 'Only entries with these words.'))
    .addOption(
      valueOption('--order <order>', 'The order. Default: as it happened.').choices(['asc', 'desc', 'published']),
    )
    .addOption(valueOption('--language <language>', 'The language of a format, such as en.'))
    .addOption(valueOption('--limit <number>', 'How many entries at most.', readLimit))
    .addOption(new Option('--format <format>', 'A format of the API.').choices(formats))
    .addOption(valueOption('--output <file>', 'Write the format to this file, instead of standard output.'))
    .action((options: Options, command: Command) => {
      const { asOf, q, order, format, output, json } = options;
      if (output !== undefined && format === undefined) misused(command, '--output needs --format.');
      if (json && format !== undefined) misused(command, '--json and --format exclude each other.');
      const query = { ...filterQuery(options), ...(asOf && { asOf }), ...(q && { q }), ...(order && { order }) };
      return withApi(options, (api) => (format ? writeDocument : printEntries)(api, query, options, terminal));
    });
  addApiOptions(command, 'Print the entries as a JSON array.');
}
