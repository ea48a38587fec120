import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type ApiOptions, addApiOptions, withApi } from '../api/api-command.ts';
import type { TimelineApi } from '../api/timeline-api.ts';
import { addCommand, CommandFailure, misused, type Terminal, valueOption } from '../terminal/cli.ts';
import { named } from '../terminal/named.ts';
import { claimFile } from './claim-file.ts';
import { exportedEvent } from './exported-event.ts';

interface Options extends ApiOptions {
  readonly story?: string;
  readonly all?: true;
  readonly output: string;
  readonly asOf?: string;
}

/** How far an export has come: what it exports, the next page, and what is written. */
interface Progress {
  readonly query: Readonly<Record<string, string>>;
  readonly url: string;
  readonly cursor: string | null;
  readonly bytes: number;
  readonly events: number;
  /** The ids of events that all of their stories have taken out. */
  readonly leftOut: readonly string[];
}

const entriesPerPage = 500;

const isSame = (one: Progress, other: Pick<Progress, 'query' | 'url'>) =>
  one.url === other.url && JSON.stringify(one.query) === JSON.stringify(other.query);

/**
 * How far an export has come; null if there is nothing to go on with, or the file has less than that: the machine may
 * have stopped.
 */
async function readProgress(state: string, part: string): Promise<Progress | null> {
  try {
    // An earlier release did not write what it left out.
    const progress: Progress = { leftOut: [], ...JSON.parse(await readFile(state, 'utf8')) };
    return (await stat(part)).size < progress.bytes ? null : progress;
  } catch {
    return null;
  }
}

/**
 * Whether the API refuses a cursor: it is of an earlier release, or the secret that cursors are made with is another by
 * now.
 */
const isRefusedCursor = (error: unknown) => (error as { readonly status?: number }).status === 400;

/** The output is replaced at the end, so it must be a file: a device or a folder is none. @throws {CommandFailure} */
async function assertReplaceable(output: string): Promise<void> {
  const known = await stat(output).catch(() => null);
  if (known && !known.isFile()) throw new CommandFailure(`Cannot write ${output}: it is no file. Name a file.`);
}

/**
 * Writes the pages that are left to a file beside the output, which gets its name at the end. A cursor keeps the
 * instant of the export.
 */
async function exportPages(
  api: TimelineApi,
  target: Pick<Progress, 'query' | 'url'>,
  output: string,
  { remark }: Terminal,
) {
  const [part, state] = [`${output}.part`, `${output}.part.json`];
  const known = await readProgress(state, part);
  const start: Progress = { ...target, cursor: null, bytes: 0, events: 0, leftOut: [] };
  let progress = start;
  if (known && isSame(known, target)) {
    remark(`An export to ${output} was interrupted after ${known.events} events. It goes on there.`);
    progress = known;
  }
  const pageAfter = (cursor: string | null) =>
    api.timeline({ ...target.query, limit: entriesPerPage, ...(cursor !== null && { cursor }) });
  // What is left of another export must not be taken for the beginning of this one, nor the other way round.
  if (progress === start) await rm(state, { force: true });
  const file = await open(part, 'a');
  const nextPage = async () => {
    const { cursor } = progress;
    try {
      return await pageAfter(cursor);
    } catch (error) {
      if (cursor === null || progress !== known || !isRefusedCursor(error)) throw error;
      remark('The API does not know any more where that was. The export begins anew.');
      await rm(state, { force: true });
      await file.truncate(0);
      progress = start;
      return pageAfter(null);
    }
  };
  try {
    await file.truncate(progress.bytes);
    for (;;) {
      const page = await nextPage();
      const { bytes, events, leftOut } = progress;
      const exported = page.entries.map((entry) => ({ id: entry.id, event: exportedEvent(entry) }));
      const kept = exported.filter(({ event }) => event !== null);
      const text = Buffer.from(kept.map(({ event }) => `${JSON.stringify(event)}\n`).join(''));
      // A single write may write less, on a disk that is nearly full.
      await file.appendFile(text);
      await file.datasync();
      progress = {
        ...target,
        cursor: page.nextCursor,
        bytes: bytes + text.length,
        events: events + kept.length,
        leftOut: [...leftOut, ...exported.filter(({ event }) => event === null).map(({ id }) => id)],
      };
      if (page.nextCursor === null) break;
      await writeFile(state, JSON.stringify(progress));
    }
  } finally {
    await file.close();
  }
  // In this order: what is left of one export must not be taken for the beginning of the next.
  await rm(state, { force: true });
  await rename(part, output);
  return progress;
}

const leftOutText = (ids: readonly string[]) =>
  `Left out, since the owners of all their stories have taken them out of these: ${named(ids)}.`;

/** Adds `export`, which writes whole timelines as events that can be imported. */
export function exportCommand(program: Command, terminal: Terminal): void {
  const command = addCommand(program, 'export', {
    summary: 'Write whole timelines to a file that can be imported elsewhere.',
    description: `Writes all events of a story, or of all stories, to a file of NDJSON that "npx timeline import" takes, as they are at one instant.
If it is interrupted, run it again: it goes on. Ids are made of the public ids: import the file into another system, where the events
belong to the newsroom of the key. Earlier revisions, the descriptions of stories, held events, and what was retracted or taken down are not
in it. Stories that have taken an event out do not get it back; one that is in no other story is left out.`,
    examples: [
      ['Export a story', 'npx timeline export --story karabakh-2020 --output karabakh.ndjson'],
      ['Export everything', 'npx timeline export --all --output everything.ndjson'],
      [
        'Import it into another system',
        'TIMELINE_URL=https://timeline.example.org TIMELINE_KEY=tl_… npx timeline import karabakh.ndjson',
      ],
    ],
    exitCodes: {
      done: 'The file is whole.',
      failed:
        'There is no such story, the API refused or did not respond, or the file cannot be written, or another export writes it.',
    },
  })
    .addOption(valueOption('--story <slug>', 'The events of this story.').conflicts('all'))
    .option('--all', 'The events of all stories.')
    .addOption(valueOption('--output <file>', 'The file to write.').makeOptionMandatory())
    .addOption(valueOption('--as-of <instant>', 'The record as it was at this instant. Default: now.'))
    .action((options: Options, command: Command) => {
      const { story, all, output, asOf, url, json } = options;
      if (story === undefined && !all) misused(command, 'say what to export, by --story or --all.');
      const query = { ...(story && { story }), ...(asOf && { asOf }) };
      return withApi(options, async (api) => {
        // A story that there is not would become an empty file.
        if (story !== undefined) await api.story(story, asOf === undefined ? {} : { asOf });
        await assertReplaceable(output);
        try {
          const { events, leftOut } = await claimFile(output, () => exportPages(api, { query, url }, output, terminal));
          if (leftOut.length > 0) terminal.remark(leftOutText(leftOut));
          const result = { events, output, ...(leftOut.length > 0 && { leftOut }) };
          terminal.print(json ? JSON.stringify(result) : `${events} events are written to ${output}.`);
        } catch (error) {
          if (!(error as NodeJS.ErrnoException).syscall) throw error;
          throw new CommandFailure(`Cannot write ${output}: ${(error as Error).message}`);
        }
      });
    });
  addApiOptions(command);
}
