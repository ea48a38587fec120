import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { isLoopbackHost } from '../../../local/loopback-request.ts';
import { CommandFailure } from '../../terminal/cli.ts';
import { strictText } from './strict-text.ts';
import type { Table } from './table.ts';

/** A timeline with hundreds of slides has less than one. */
const maximumBytes = 16 * 1_024 * 1_024;
const timeoutMs = 30_000;

const cellSchema = z
  .union([z.string(), z.number(), z.null()])
  .optional()
  .transform((value) => String(value ?? ''));
const dateSchema = z.object({
  year: cellSchema,
  month: cellSchema,
  day: cellSchema,
  hour: cellSchema,
  minute: cellSchema,
  second: cellSchema,
});
/** The fields that have a place in an event (TimelineJS 3, "JSON data format"). */
const timelineSchema = z.object({
  events: z.array(
    z.object({
      unique_id: cellSchema,
      start_date: dateSchema.nullish(),
      end_date: dateSchema.nullish(),
      text: z.object({ headline: cellSchema, text: cellSchema }).nullish(),
      media: z.object({ url: cellSchema, credit: cellSchema, caption: cellSchema, alt: cellSchema }).nullish(),
      group: cellSchema,
    }),
  ),
});

type Slide = z.infer<typeof timelineSchema>['events'][number];

const twoDigits = (text: string) => text.padStart(2, '0');

function dateCells(date: Slide['start_date']): string[] {
  const { year = '', month = '', day = '', hour = '', minute = '', second = '' } = date ?? {};
  const time = hour === '' ? '' : [hour, minute, second].map(twoDigits).join(':');
  return [year, month, day, time];
}

/** Columns with the names that timelines in Google Sheets have, and how their cells are read from a slide. */
const dateHeader = ['Year', 'Month', 'Day', 'Time', 'End Year', 'End Month', 'End Day', 'End Time'];
const header = [...dateHeader, 'Headline', 'Text', 'Media', 'Media Credit', 'Media Caption', 'Media Alt Text', 'Group'];

function cellsOf({ start_date, end_date, text, media, group }: Slide): string[] {
  const mediaCells = [media?.url, media?.credit, media?.caption, media?.alt].map((cell) => cell ?? '');
  return [
    ...dateCells(start_date),
    ...dateCells(end_date),
    text?.headline ?? '',
    text?.text ?? '',
    ...mediaCells,
    group,
  ];
}

function isAllowed(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.host));
}

async function fetched(url: URL): Promise<string> {
  if (!isAllowed(url)) throw new CommandFailure(`Cannot read ${url.href}: only https addresses are read.`);
  try {
    // A redirect could lead to any address, so it is not followed.
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new CommandFailure(`Cannot read ${url.href}: the response is ${response.status}.`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > maximumBytes) {
        throw new CommandFailure(`Cannot read ${url.href}: it has more than ${maximumBytes / 1_024 / 1_024} MiB.`);
      }
      chunks.push(chunk);
    }
    return strictText(Buffer.concat(chunks), url.href);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const { cause, message } = error as Error;
    throw new CommandFailure(`Cannot read ${url.href}: ${(cause as Error | undefined)?.message ?? message}`);
  }
}

async function textOf(place: string): Promise<string> {
  if (/^https?:\/\//i.test(place)) {
    const url = URL.parse(place);
    if (!url) throw new CommandFailure(`Cannot read ${place}: it is no address.`);
    return fetched(url);
  }
  const bytes = await readFile(place).catch((error: Error) => {
    throw new CommandFailure(`Cannot read the file. ${error.message}`);
  });
  return strictText(bytes, place);
}

function parsed(text: string, place: string): z.infer<typeof timelineSchema> {
  try {
    const { data, error } = timelineSchema.safeParse(JSON.parse(text.replace(/^\ufeff/, '')));
    if (data) return data;
    const [issue] = error.issues;
    throw new CommandFailure(
      `${place} is not a timeline of TimelineJS: /${issue?.path.join('/') ?? ''}: ${issue?.message}. It must be JSON with "events".`,
    );
  } catch (error) {
    if (error instanceof SyntaxError) throw new CommandFailure(`${place} is not JSON: ${error.message}`);
    throw error;
  }
}

/**
 * Reads a timeline of TimelineJS, in JSON, as a table with the columns that such timelines have in Google Sheets, and
 * `Id` if all slides have one. The line of a row is the number of its slide. The title and the eras are left out.
 *
 * @param place the path of a file, or an https address
 * @throws {CommandFailure} when it cannot be read, or is none
 */
export async function readTimelineJs(place: string): Promise<Table> {
  const { events } = parsed(await textOf(place), place);
  const haveIds = events.every(({ unique_id }) => unique_id !== '');
  return {
    header: haveIds ? ['Id', ...header] : header,
    rows: events.map((slide, index) => ({
      line: index + 1,
      cells: haveIds ? [slide.unique_id, ...cellsOf(slide)] : cellsOf(slide),
    })),
  };
}
