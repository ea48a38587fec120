import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type ApiOptions, addApiOptions, withApi } from '../api/api-command.ts';
import type { Change } from '../api/timeline-api.ts';
import { addCommand, CommandFailure, type Terminal, valueOption } from '../terminal/cli.ts';
import { readNumber } from '../terminal/read-number.ts';
import { safeJson, safeText } from '../terminal/safe-text.ts';
import { addFilterOptions, filterQuery } from './filter-options.ts';

interface Options extends ApiOptions {
  readonly after?: number;
  readonly follow?: true;
  readonly positionFile?: string;
}

function lineOf({ position, publishedAt, change, id, story, note, entry }: Change): string {
  const { headline } = (entry as { readonly data?: { readonly headline?: string } } | null)?.data ?? {};
  const text = headline ?? note ?? story ?? '';
  return [String(position).padStart(6), publishedAt, change.padEnd(11), id, text].map(safeText).join('  ');
}

async function readPosition(file: string | undefined): Promise<number | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '0';
    throw new CommandFailure(`Cannot read ${file}: ${error.message}`);
  });
  if (/^\d{1,12}\s*$/.test(text)) return Number(text);
  throw new CommandFailure(`${file} has no position. Delete it to begin with the first change.`);
}

/** A file that is half written would lose the position. */
async function writePosition(file: string, position: number): Promise<void> {
  try {
    await writeFile(`${file}.new`, `${position}\n`);
    await rename(`${file}.new`, file);
  } catch (error) {
    throw new CommandFailure(`Cannot write ${file}: ${(error as Error).message}`);
  }
}

/** Adds `changes`, which prints the record change by change. */
export function changesCommand(program: Command, { print, remark }: Terminal): void {
  const command = addCommand(program, 'changes', {
    summary: 'Print what was published, and follow what is published next.',
    description: `Prints the changes of the record in the order of their positions. With --follow it waits for the next ones, through restarts of the
system, until Ctrl-C. At the end it prints the last position to standard error; go on there with --after, or let --position-file keep it.`,
    examples: [
      ['All changes of a story', 'npx timeline changes --story karabakh-2020'],
      ['Follow the record, and go on there next time', 'npx timeline changes --follow --position-file position.txt'],
      ['The changes after a position, for a program', 'npx timeline changes --after 42 --json'],
    ],
    exitCodes: { done: 'All changes are printed, or Ctrl-C ended it.', failed: 'The API refused or did not respond.' },
  });
  addFilterOptions(command)
    .addOption(
      valueOption('--after <position>', 'The last position that you have. Default: 0, the whole record.', readNumber),
    )
    .option('--follow', 'Wait for the next changes.')
    .addOption(
      valueOption(
        '--position-file <file>',
        'Begin after the position in this file, and keep the latest there.',
      ).conflicts('after'),
    )
    .action((options: Options) =>
      withApi(options, async (api) => {
        const { follow, positionFile, json } = options;
        let position = options.after ?? (await readPosition(positionFile)) ?? 0;
        const query = { ...filterQuery(options), after: position };
        const stopping = new AbortController();
        const stop = () => stopping.abort();
        process.once('SIGINT', stop).once('SIGTERM', stop);
        try {
          // What is refused or not reachable at the beginning is an error; later, to follow is to wait.
          const { head } = await api.changes({ ...query, limit: 1 });
          const changes = follow ? api.follow({ ...query, signal: stopping.signal }) : api.walkChanges(query);
          for await (const change of changes) {
            print(json ? safeJson(change) : lineOf(change));
            position = change.position;
            if (positionFile !== undefined) await writePosition(positionFile, position);
            if (stopping.signal.aborted) break;
          }
          if (!follow && !stopping.signal.aborted) position = Math.max(position, head);
        } finally {
          process.off('SIGINT', stop).off('SIGTERM', stop);
        }
        if (positionFile !== undefined) await writePosition(positionFile, position);
        remark(`Position ${position}. Go on with --after ${position}.`);
      }),
    );
  addApiOptions(command, 'Print one JSON object for each change, each on a line.');
}
