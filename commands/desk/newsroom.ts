import type { Command } from 'commander';
import { type ApiOptions, addApiOptions, keyOf, withApi } from '../api/api-command.ts';
import type { Endpoint, HeldEvent, Newsroom } from '../api/timeline-api.ts';
import { usageText } from '../api/usage-text.ts';
import { addCommand, misused, type Terminal } from '../terminal/cli.ts';
import { safeJson, safeText } from '../terminal/safe-text.ts';

/** So many stories are named; the others are counted. */
const storiesNamed = 20;

async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const label = (name: string, value: string) => `${name.padEnd(11)}${safeText(value)}`;
const details = (...columns: readonly string[]) => `  ${columns.map(safeText).join('  ')}`;

function usageLines(usage: Newsroom['usage']): string[] {
  if (usage === null) return [label('Used', 'unknown')];
  return [label('Used', `${usageText(usage)} on ${usage.day}`)];
}

function storyLines({ stories, storiesAreMore }: Newsroom): string[] {
  const hidden = stories.length - storiesNamed;
  return [
    label('Stories', `${stories.length}${storiesAreMore ? ' or more' : ''}`),
    ...stories.slice(0, storiesNamed).map(({ story, title }) => details(story, title)),
    ...(hidden > 0 ? [details(`and ${hidden} more`)] : []),
  ];
}

/** Adds `newsroom`, which shows what a key may do, and what its newsroom has. */
export function newsroomCommand(program: Command, { print }: Terminal): void {
  const command = addCommand(program, 'newsroom', {
    summary: 'Show what your key may do, and what is yours: stories, quotas, held events, endpoints.',
    description: `Shows the newsroom of the key, what the key may do, what the newsroom has used of its quotas today, its stories, and the held
events and endpoints that the key may manage. To list its public events use "npx timeline timeline --newsroom NAME".`,
    examples: [
      ['On the local system', 'npx timeline newsroom'],
      ['For a program', 'npx timeline newsroom --json'],
    ],
    exitCodes: { done: 'It is shown.', failed: 'The API did not accept the key, or did not respond.' },
  }).action((options: ApiOptions, command: Command) =>
    withApi(options, async (api) => {
      if ((await keyOf(options)) === null) misused(command, 'there is no key. Give one with --key.');
      const found = await api.newsroom();
      const { newsroom, key } = found;
      const held = key.scopes.includes('events:write') ? await allOf<HeldEvent>(api.held.walk()) : [];
      const endpoints = key.scopes.includes('webhooks:manage') ? await allOf<Endpoint>(api.endpoints.walk()) : [];
      if (options.json) return print(safeJson({ ...found, held, endpoints }));
      return print(
        [
          label('Newsroom', newsroom),
          label('Key', key.id),
          label('Scopes', key.scopes.join(', ') || 'none'),
          ...(key.stories.length > 0 ? [label('Limited to', key.stories.join(', '))] : []),
          ...usageLines(found.usage),
          ...storyLines(found),
          label('Held', `${held.length} events`),
          ...held.map(({ id, publishAt, status }) => details(id, status, publishAt)),
          label('Endpoints', String(endpoints.length)),
          ...endpoints.map(({ id, status, url }) => details(id, status, url)),
        ].join('\n'),
      );
    }),
  );
  addApiOptions(command);
}
