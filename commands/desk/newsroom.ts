import type { Command } from 'commander';
import { type ApiOptions, addApiOptions, keyOf, withApi } from '../api/api-command.ts';
import { safeJson, safeText } from '../api/safe-text.ts';
import type { Endpoint, HeldEvent } from '../api/timeline-api.ts';
import { addCommand, misused, type Terminal } from '../cli.ts';
import { keyScopes } from '../doctor/key-scopes.ts';

async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Adds `newsroom`, which shows what a key may do, and what its newsroom has. */
export function newsroomCommand(program: Command, { print }: Terminal): void {
  const command = addCommand(program, 'newsroom', {
    summary: 'Show what your key may do, and what is yours: held events and endpoints.',
    description: `Shows the newsroom of the key, what the key may do, its held events and its endpoints. To list its public events use
"npx timeline timeline --newsroom NAME".`,
    examples: [
      ['On the local system', 'npx timeline newsroom'],
      ['For a program', 'npx timeline newsroom --json'],
    ],
    exitCodes: { done: 'It is shown.', failed: 'The API did not accept the key, or did not respond.' },
  }).action((options: ApiOptions, command: Command) =>
    withApi(options, async (api) => {
      const key = (await keyOf(options)) ?? misused(command, 'there is no key. Give one with --key.');
      const { isValid, scopes } = await keyScopes(options.url, key);
      if (!isValid) misused(command, 'the API does not accept the key. See "npx timeline doctor".');
      const held = scopes.includes('events:write') ? await allOf<HeldEvent>(api.held.walk()) : [];
      const endpoints = scopes.includes('webhooks:manage') ? await allOf<Endpoint>(api.endpoints.walk()) : [];
      // A key names its newsroom: tl_<newsroom>-<six characters>_<secret>.
      const [, newsroom = null] = /^tl_([a-z0-9-]+)-[a-z2-7]{6}_/.exec(key) ?? [];
      if (options.json) return print(safeJson({ newsroom, scopes, held, endpoints }));
      return print(
        [
          `Newsroom   ${newsroom ?? 'unknown'}`,
          `Scopes     ${scopes.join(', ') || 'none'}`,
          `Held       ${held.length} events`,
          ...held.map(({ id, publishAt, status }) => `  ${[id, status, publishAt].map(safeText).join('  ')}`),
          `Endpoints  ${endpoints.length}`,
          ...endpoints.map(({ id, status, url }) => `  ${[id, status, url].map(safeText).join('  ')}`),
        ].join('\n'),
      );
    }),
  );
  addApiOptions(command);
}
