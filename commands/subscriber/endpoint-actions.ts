import type { Command } from 'commander';
import { type ApiOptions, addApiOptions, withApi } from '../api/api-command.ts';
import type { Endpoint, TimelineApi } from '../api/timeline-api.ts';
import { addCommand, type CommandHelp, type Terminal, valueOption } from '../terminal/cli.ts';
import { columns } from '../terminal/columns.ts';
import { safeJson, safeText } from '../terminal/safe-text.ts';
import { secretPlace } from './endpoint-fields.ts';
import { readEndpointId } from './endpoint-id.ts';

const someId = 'wh_te73c6vbre67e74ncy75l2s54c';
const exitCodes = { done: 'It is done.', failed: 'There is no such endpoint, or the API refused or did not respond.' };

const helpOf = (name: string, summary: string, description: string): CommandHelp => ({
  summary,
  description,
  examples: [
    ['On the local system', `npx timeline endpoint ${name} ${someId}`],
    ['For a program', `npx timeline endpoint ${name} ${someId} --json`],
  ],
  exitCodes,
});

function listCommand(endpoint: Command, { print, remark }: Terminal): void {
  const command = addCommand(endpoint, 'list', {
    summary: 'List your endpoints and their states.',
    description: 'Lists the endpoints of your newsroom: whether messages are sent, and how many wait.',
    examples: [
      ['As a table', 'npx timeline endpoint list'],
      ['For a program', 'npx timeline endpoint list --json'],
    ],
    exitCodes: { done: 'They are listed.', failed: 'The API refused or did not respond.' },
  }).action((options: ApiOptions) =>
    withApi(options, async (api) => {
      const endpoints: Endpoint[] = [];
      for await (const one of api.endpoints.walk()) endpoints.push(one);
      if (options.json) return print(safeJson(endpoints));
      if (endpoints.length === 0) return remark('There are no endpoints.');
      const rows = endpoints.map(({ id, status, settledThrough, backlog, url }) =>
        [id, status, String(settledThrough), String(backlog), url].map(safeText),
      );
      return print(columns([['ID', 'STATUS', 'SETTLED', 'BACKLOG', 'RECEIVER'], ...rows]));
    }),
  );
  addApiOptions(command);
}

function oneCommand(
  endpoint: Command,
  name: string,
  [summary, description]: readonly [string, string],
  { print }: Terminal,
  work: (api: TimelineApi, id: string) => Promise<readonly [result: object, sentence: string]>,
): void {
  const command = addCommand(endpoint, name, helpOf(name, summary, description))
    .argument('<endpoint>', 'the id of the endpoint', readEndpointId)
    .action((id: string, options: ApiOptions) =>
      withApi(options, async (api) => {
        const [result, sentence] = await work(api, id);
        print(options.json ? safeJson(result) : sentence);
      }),
    );
  addApiOptions(command);
}

function rotateCommand(endpoint: Command, { print }: Terminal): void {
  const command = addCommand(
    endpoint,
    'rotate-secret',
    helpOf(
      'rotate-secret',
      'Replace the secret of an endpoint. The new one is shown once.',
      'Makes a new secret. For a day, messages are signed with both, so that the receiver can change over.',
    ),
  )
    .argument('<endpoint>', 'the id of the endpoint', readEndpointId)
    .addOption(valueOption('--secret-file <file>', 'Write the secret to this new file, and do not print it.'))
    .action((id: string, options: ApiOptions & { readonly secretFile?: string }) =>
      withApi(options, async (api) => {
        const keep = await secretPlace(options.secretFile);
        const { secret, ...rotated } = await api.endpoints.rotateSecret(id);
        await keep?.(secret);
        if (options.json) return print(safeJson(keep ? rotated : { ...rotated, secret }));
        print(keep ? `Secret          in ${options.secretFile}` : `Secret          ${safeText(secret)}`);
        return print(`Previous until  ${safeText(rotated.previousSecretExpiresAt ?? 'now')}`);
      }),
    );
  addApiOptions(command);
}

const shown = (endpoint: Endpoint) =>
  Object.entries(endpoint)
    .map(
      ([name, value]) => `${safeText(name).padEnd(16)}${typeof value === 'string' ? safeText(value) : safeJson(value)}`,
    )
    .join('\n');

/** Adds the commands that take an endpoint and nothing else, and `endpoint list`. */
export function endpointActions(endpoint: Command, terminal: Terminal): void {
  listCommand(endpoint, terminal);
  const add = (name: string, texts: readonly [string, string], work: Parameters<typeof oneCommand>[4]) =>
    oneCommand(endpoint, name, texts, terminal, work);
  const stateOf = (result: Endpoint) => {
    const { id, status } = result;
    const isPending = status === 'pending';
    const next = isPending ? ` The receiver is asked now. See what it said with: npx timeline endpoint show ${id}` : '';
    return [result, safeText(`${id} is ${status}.${next}`)] as const;
  };
  add(
    'show',
    ['Show an endpoint.', 'Shows an endpoint: its filter, its state, and its last error.'],
    async (api, id) => {
      const found = await api.endpoints.read(id);
      return [found, shown(found)];
    },
  );
  add(
    'verify',
    ['Verify an endpoint again.', 'Asks the receiver once more whether it agrees to receive messages.'],
    async (api, id) => stateOf(await api.endpoints.verify(id)),
  );
  add(
    'test',
    ['Send a test message.', 'Sends a message of type webhook.ping to a verified endpoint, even if it is disabled.'],
    async (api, id) => {
      const pinged = await api.endpoints.ping(id);
      return [pinged, `A message of type webhook.ping is on its way to ${safeText(pinged.url)}.`];
    },
  );
  add(
    'enable',
    ['Send messages again.', 'Resumes a disabled endpoint after the last message that was settled.'],
    async (api, id) => stateOf(await api.endpoints.enable(id)),
  );
  add(
    'disable',
    ['Send nothing until it is enabled.', 'Stops an endpoint. It can be enabled again.'],
    async (api, id) => stateOf(await api.endpoints.disable(id)),
  );
  add(
    'delete',
    ['Delete an endpoint.', 'Deletes an endpoint, its queued messages and its secret. It cannot be undone.'],
    async (api, id) => {
      await api.endpoints.delete(id);
      return [{ id, deleted: true }, `${safeText(id)} is deleted.`];
    },
  );
  rotateCommand(endpoint, terminal);
}
