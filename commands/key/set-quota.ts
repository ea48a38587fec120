import { type Command, InvalidArgumentError } from 'commander';
import { type Quota, quotas } from '../../events/quota.ts';
import { setLimits } from '../../functions/lib/keys/newsroom-quota.ts';
import { addCommand, misused, type Terminal, valueOption } from '../terminal/cli.ts';
import { addKeyTableOptions, withKeyTable } from './key-table.ts';
import { newsroomOption } from './newsroom-option.ts';
import { assertNewsroom } from './newsrooms.ts';

/** The default of the stack, on the command line. */
const byDefault = 'default';

type Limit = number | typeof byDefault;

interface Options extends Readonly<Partial<Record<Quota, Limit>>> {
  readonly newsroom: string;
}

const unitBytes = { '': 1, KiB: 1_024, MiB: 1_024 ** 2, GiB: 1_024 ** 3 };

function readAmount(text: string): Limit {
  if (text === byDefault) return text;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, such as 50000, or "default".');
}

function readBytes(text: string): Limit {
  if (text === byDefault) return text;
  const [, number, unit = ''] = /^(\d{1,12})(KiB|MiB|GiB)?$/.exec(text) ?? [];
  const bytes = Number(number) * unitBytes[unit as keyof typeof unitBytes];
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new InvalidArgumentError('It must be a number of bytes, such as 500000000, 500MiB or 2GiB, or "default".');
}

const shown = (limit: Limit) => (limit === byDefault ? 'the default of the stack' : limit.toLocaleString('en'));

/** Adds `key quota`, which sets what a newsroom may use a day. */
export function setQuotaCommand(key: Command, { print, remark }: Terminal): void {
  const command = addCommand(key, 'quota', {
    summary: 'Set what a newsroom may write a day.',
    description: `Sets what a newsroom may write a day (UTC) with all of its keys. Limits that are not named stay as they are. "default" gives it the
limit of the stack again; --bytes 0 stops all that it writes.

A newsroom that has used up a quota gets 429 until the day ends. It can still retract events, delete and disable webhook endpoints, and
replace their secrets.`,
    examples: [
      ['More events and bytes for an import', 'npx timeline key quota --newsroom afp --events 500000 --bytes 4GiB'],
      [
        'The default again, in a deployed system',
        'npx timeline key quota --newsroom afp --events default --bytes default --table ACCESS_TABLE',
      ],
    ],
    exitCodes: {
      done: 'The limits are set.',
      failed: 'No key belongs to the newsroom, or the table of keys cannot be reached.',
    },
  })
    .addOption(newsroomOption('The newsroom.').makeOptionMandatory())
    .addOption(valueOption('--events <number>', 'Events that it may record a day.', readAmount))
    .addOption(
      valueOption(
        '--changes <number>',
        'Corrections, descriptions of stories and changes of webhook endpoints that it may make a day.',
        readAmount,
      ),
    )
    .addOption(
      valueOption('--bytes <size>', 'Bytes that it may send or have stored a day, such as 500MiB.', readBytes),
    );
  addKeyTableOptions(command).action(async ({ newsroom, ...options }: Options, command: Command) => {
    const given = quotas.flatMap((quota) => (options[quota] === undefined ? [] : [[quota, options[quota]] as const]));
    if (given.length === 0) misused(command, 'give at least one of --events, --changes and --bytes.');
    await withKeyTable(command, async (table) => {
      await assertNewsroom(table, newsroom);
      const limits = given.map(([quota, limit]) => [quota, limit === byDefault ? null : limit]);
      await setLimits(table, newsroom, Object.fromEntries(limits));
      for (const [quota, limit] of given) print(`${newsroom} may use a day, of ${quota}: ${shown(limit)}.`);
      remark('It applies within a minute.');
    });
  });
}
