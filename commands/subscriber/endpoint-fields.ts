import { open } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { type FilterList, filterLists, filterTable } from '../../events/filters/filter-table.ts';
import { maximumInFlight } from '../../events/webhooks/webhook-endpoint.ts';
import { type ApiOptions, addApiOptions, withApi } from '../api/api-command.ts';
import { addCommand, CommandFailure, misused, type Terminal, valueOption } from '../terminal/cli.ts';
import { readUrl } from '../terminal/read-url.ts';
import { safeJson, safeText } from '../terminal/safe-text.ts';
import { readEndpointId } from './endpoint-id.ts';

interface FieldOptions extends ApiOptions {
  readonly filter?: object;
  readonly description?: string;
  readonly contact?: string;
  readonly maxInFlight?: number;
  readonly startAt?: string | number;
  readonly receiver?: string;
  readonly secretFile?: string;
}

/** The filters of endpoints: the option of each, and its list. */
const lists: Readonly<Record<string, FilterList>> = Object.fromEntries(
  filterLists
    .filter((list) => 'listDescription' in filterTable[list])
    .map((list) => [filterTable[list].parameter, list]),
);
const exitCodes = { done: 'It is done.', failed: 'The API refused it, and says why, or did not respond.' };

function readFilter(text: string): object {
  try {
    const filter = JSON.parse(text);
    if (typeof filter === 'object' && filter !== null && !Array.isArray(filter)) return filter;
  } catch {
    // It is said below.
  }
  throw new InvalidArgumentError('It must be a JSON object such as {"stories":["karabakh-2020"]}.');
}

const readFlight = (text: string) => {
  if (/^[1-9]\d*$/.test(text) && Number(text) <= maximumInFlight) return Number(text);
  throw new InvalidArgumentError(`It must be a number from 1 to ${maximumInFlight}.`);
};

const readStart = (text: string) => {
  if (/^(now|beginning)$/.test(text)) return text;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be now, beginning, or a position.');
};

function addFieldOptions(command: Command): Command {
  for (const [option, field] of Object.entries(lists)) {
    command.addOption(valueOption(`--${option} <values>`, `Only these ${field}, separated by commas.`));
  }
  return command
    .addOption(valueOption('--from <date>', 'Only what happened from this day, month or year on.'))
    .addOption(valueOption('--to <date>', 'Only what happened until the end of this day, month or year.'))
    .addOption(valueOption('--filter <json>', 'The whole filter as JSON, instead of the options above.', readFilter))
    .addOption(valueOption('--description <text>', 'What the endpoint is for.'))
    .addOption(valueOption('--contact <address>', 'Who looks after the receiver: an e-mail address or an https URL.'))
    .addOption(valueOption('--max-in-flight <number>', 'How many messages may be under way at once.', readFlight));
}

/** The filter of the command line; undefined if there is none. */
function filterOf(options: FieldOptions, command: Command): object | undefined {
  const given = options as unknown as Readonly<Record<string, string | undefined>>;
  const named = Object.entries(lists).flatMap(([option, field]) => {
    const values = given[option];
    return values === undefined ? [] : [[field, values.split(',').map((value) => value.trim())]];
  });
  const range = ['from', 'to'].flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]]));
  const filter = [...named, ...range];
  if (options.filter && filter.length > 0) misused(command, '--filter stands for the other options of a filter.');
  return options.filter ?? (filter.length > 0 ? Object.fromEntries(filter) : undefined);
}

const fieldsOf = ({ description, contact, maxInFlight }: FieldOptions) => ({
  ...(description !== undefined && { description }),
  ...(contact !== undefined && { contact }),
  ...(maxInFlight !== undefined && { maxInFlight }),
});

/**
 * Prepares a place for a secret before there is one: it is shown only once.
 *
 * @returns writes the secret, only for its owner to read
 */
export async function secretPlace(file: string | undefined): Promise<((secret: string) => Promise<void>) | null> {
  if (file === undefined) return null;
  try {
    const handle = await open(file, 'wx', 0o600);
    return async (secret) => {
      await handle.writeFile(`${secret}\n`);
      await handle.close();
    };
  } catch (error) {
    throw new CommandFailure(`Cannot write ${file}: ${(error as Error).message}. Nothing was done.`);
  }
}

/** Adds `endpoint create`. */
export function createEndpointCommand(endpoint: Command, { print, remark }: Terminal): void {
  const command = addCommand(endpoint, 'create', {
    summary: 'Register an endpoint. Its secret is shown once.',
    description: `Registers a receiver. It gets a verification first, and then what the filter takes; without a filter, everything. The secret, by which
the receiver checks signatures, is printed once. Keep it.`,
    examples: [
      [
        'A receiver on your machine, for the local system',
        'npx timeline endpoint create http://127.0.0.1:4001/timeline --story karabakh-2020',
      ],
      [
        'Keep the secret in a file',
        'npx timeline endpoint create https://example.org/hook --type talks.held --secret-file hook.secret',
      ],
    ],
    exitCodes,
  }).argument('<receiver>', 'the URL to which messages are posted', readUrl);
  addFieldOptions(command)
    .addOption(
      valueOption('--start-at <place>', 'The first event that may be sent: now, beginning, or a position.', readStart),
    )
    .addOption(valueOption('--secret-file <file>', 'Write the secret to this new file, and do not print it.'))
    .action((receiver: string, options: FieldOptions, command: Command) => {
      const { startAt, secretFile, json } = options;
      const filter = filterOf(options, command) ?? {};
      return withApi(options, async (api) => {
        const keep = await secretPlace(secretFile);
        const body = { url: receiver, filter, ...fieldsOf(options), ...(startAt !== undefined && { startAt }) };
        const { secret, ...created } = await api.endpoints.create(body);
        await keep?.(secret);
        if (json) return print(safeJson(keep ? created : { ...created, secret }));
        print(`Endpoint  ${safeText(created.id)}`);
        print(`Status    ${safeText(created.status)}`);
        print(keep ? `Secret    in ${secretFile}` : `Secret    ${safeText(secret)}`);
        if (created.status === 'pending')
          remark('The receiver has to agree before messages are sent: see the guide "Webhooks".');
      });
    });
  addApiOptions(command);
}

/** Adds `endpoint update`. */
export function updateEndpointCommand(endpoint: Command, { print }: Terminal): void {
  const command = addCommand(endpoint, 'update', {
    summary: 'Change the URL, the filter or the notes of an endpoint.',
    description: 'Changes what is given. A new filter replaces the whole filter. A new URL is verified first.',
    examples: [
      [
        'Another filter',
        'npx timeline endpoint update wh_te73c6vbre67e74ncy75l2s54c --story karabakh-2020,scotland-2014',
      ],
      [
        'Another URL',
        'npx timeline endpoint update wh_te73c6vbre67e74ncy75l2s54c --receiver https://example.org/new-hook',
      ],
    ],
    exitCodes,
  }).argument('<endpoint>', 'the id of the endpoint', readEndpointId);
  addFieldOptions(command)
    .addOption(valueOption('--receiver <url>', 'The new URL.', readUrl))
    .action((id: string, options: FieldOptions, command: Command) => {
      const filter = filterOf(options, command);
      const { receiver, json } = options;
      const body = { ...(receiver && { url: receiver }), ...(filter && { filter }), ...fieldsOf(options) };
      if (Object.keys(body).length === 0) misused(command, 'say what changes.');
      return withApi(options, async (api) => {
        const changed = await api.endpoints.change(id, body);
        print(json ? safeJson(changed) : `${safeText(changed.id)} is changed. It is ${safeText(changed.status)}.`);
      });
    });
  addApiOptions(command);
}
