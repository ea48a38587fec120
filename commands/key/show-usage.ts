import type { Command } from 'commander';
import { quotas } from '../../events/quota.ts';
import { type NewsroomQuota, readNewsroomQuota } from '../../functions/lib/keys/newsroom-quota.ts';
import { addCommand, type Terminal } from '../terminal/cli.ts';
import { columns } from '../terminal/columns.ts';
import { addKeyTableOptions, withKeyTable } from './key-table.ts';
import { newsroomOption } from './newsroom-option.ts';
import { assertNewsroom, newsroomsOf } from './newsrooms.ts';

interface Options {
  readonly newsroom?: string;
  readonly json?: true;
}

interface Usage extends NewsroomQuota {
  readonly newsroom: string;
}

const headings = ['NEWSROOM', 'QUOTA', 'USED', 'LIMIT'];

const figure = (amount: number) => amount.toLocaleString('en');

/** The limit in force. The stack's is known only if something was counted today. */
function limitText({ own, defaults }: Usage, quota: (typeof quotas)[number]): string {
  const [ownLimit, defaultLimit] = [own[quota], defaults?.[quota]];
  if (ownLimit !== undefined) return `${figure(ownLimit)} (its own)`;
  return defaultLimit === undefined ? 'default' : figure(defaultLimit);
}

const rowsOf = (usage: Usage) =>
  quotas.map((quota) => [usage.newsroom, quota, figure(usage.used[quota]), limitText(usage, quota)]);

/** For programs: a limit is null if it is the stack's, and nothing was counted today. */
function jsonOf({ newsroom, day, used, own, defaults }: Usage): object {
  const limits = Object.fromEntries(quotas.map((quota) => [quota, own[quota] ?? defaults?.[quota] ?? null]));
  return { newsroom, day, used, limits };
}

/** Adds `key usage`, which prints what newsrooms have used of their quotas today. */
export function showUsageCommand(key: Command, { print, remark }: Terminal): void {
  const command = addCommand(key, 'usage', {
    summary: 'Show what newsrooms have used of their quotas today.',
    description: `Shows what each newsroom with a key has used today (UTC), and its limits: events that it recorded, changes (corrections,
retractions, descriptions of stories, changes of webhook endpoints), and bytes that it sent or that were stored for it.
Use is estimated from one request in sixteen, so expect a few per cent of error, and more of small numbers.

A limit is shown as "default" if it is that of the stack and nothing was counted today. To set limits, use "key quota".`,
    examples: [
      ['All newsrooms of the local system', 'npx timeline key usage'],
      ['One newsroom of a deployed system', 'npx timeline key usage --newsroom afp --table ACCESS_TABLE'],
    ],
    exitCodes: {
      done: 'The use is printed, even if a quota is used up.',
      failed: 'No key belongs to the newsroom, or the table of keys cannot be reached.',
    },
  });
  addKeyTableOptions(command.addOption(newsroomOption('Only this newsroom. Default: all that have keys.')))
    .option('--json', 'Print a JSON array: newsroom, day, used, limits (null: the default of the stack).')
    .action(({ newsroom, json }: Options, command: Command) =>
      withKeyTable(command, async (table) => {
        if (newsroom !== undefined) await assertNewsroom(table, newsroom);
        const names = newsroom === undefined ? await newsroomsOf(table) : [newsroom];
        const usages: Usage[] = [];
        for (const name of names)
          usages.push({ newsroom: name, ...(await readNewsroomQuota(table, name, Date.now())) });
        if (json) print(JSON.stringify(usages.map(jsonOf)));
        else if (usages.length === 0) remark('There are no keys yet.');
        else print(columns([headings, ...usages.flatMap(rowsOf)]));
      }),
    );
}
