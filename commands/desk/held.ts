import type { Command } from 'commander';
import { eventIdField } from '../../events/revision-fields.ts';
import { type ApiOptions, addApiOptions, withApi } from '../api/api-command.ts';
import type { HeldEvent } from '../api/timeline-api.ts';
import { addCommand, type CommandHelp, checked, type Terminal } from '../terminal/cli.ts';
import { columns } from '../terminal/columns.ts';
import { safeJson, safeText } from '../terminal/safe-text.ts';

const exitCodes = {
  done: 'It is done.',
  failed: 'There is no such held event, or the API refused or did not respond.',
};
const someId = 'evt_te73c6vbre67e74ncy75l2s54c';
const deployed = 'TIMELINE_URL=https://timeline.example.org TIMELINE_KEY=tl_…';

const headlineOf = ({ event }: HeldEvent) =>
  String((event as { readonly data?: { readonly headline?: unknown } }).data?.headline ?? '');

function listCommand(held: Command, { print, remark }: Terminal): void {
  const command = addCommand(held, 'list', {
    summary: 'List what your newsroom holds.',
    description: 'Lists the held events of your newsroom in the order in which they will be published.',
    examples: [
      ['On the local system', 'npx timeline held list'],
      ['On a deployed system', `${deployed} npx timeline held list`],
    ],
    exitCodes: { done: 'They are listed.', failed: 'The API refused or did not respond.' },
  }).action((options: ApiOptions) =>
    withApi(options, async (api) => {
      const events: HeldEvent[] = [];
      for await (const event of api.held.walk()) events.push(event);
      if (options.json) return print(safeJson(events));
      if (events.length === 0) return remark('Nothing is held.');
      const rows = events.map((event) => [event.publishAt, event.status, event.id, headlineOf(event)].map(safeText));
      return print(columns([['PUBLISH AT', 'STATUS', 'ID', 'HEADLINE'], ...rows]));
    }),
  );
  addApiOptions(command);
}

function oneCommand(
  held: Command,
  name: string,
  help: CommandHelp,
  work: Parameters<typeof withApi<string>>[1] extends (api: infer Api) => unknown
    ? (api: Api, id: string, json: boolean) => Promise<string>
    : never,
  { print }: Terminal,
): void {
  const command = addCommand(held, name, help)
    .argument('<event>', 'the id of the held event', checked(eventIdField))
    .action((id: string, options: ApiOptions) =>
      withApi(options, async (api) => print(await work(api, id, options.json === true))),
    );
  addApiOptions(command);
}

/** Adds `held`, which works on events that are published later. */
export function heldCommand(program: Command, terminal: Terminal): void {
  const held = addCommand(program, 'held', {
    summary: 'See, release or retract events that are held until their time.',
    description: `An event that was posted with --publish-at is held until that instant. Only its newsroom can see it. The key needs the scope
events:write.`,
    examples: [
      ['Hold an event', 'npx timeline post event.json --publish-at 2027-01-11T12:00:00Z'],
      ['Publish it at once', `npx timeline held release ${someId}`],
    ],
    exitCodes,
  });
  listCommand(held, terminal);
  oneCommand(
    held,
    'show',
    {
      summary: 'Show a held event.',
      description: 'Shows a held event, when it will be published, and why it was not if its time has come.',
      examples: [
        ['As a text', `npx timeline held show ${someId}`],
        ['For a program', `npx timeline held show ${someId} --json`],
      ],
      exitCodes,
    },
    async (api, id, json) => {
      const event = await api.held.read(id);
      if (json) return safeJson(event);
      const conflict = event.conflict ? [`Conflict    ${safeText(event.conflict.detail)}`] : [];
      return [
        `Id          ${safeText(event.id)}`,
        `Publish at  ${safeText(event.publishAt)}`,
        `Status      ${safeText(event.status)}`,
        ...conflict,
        `Event       ${safeJson(event.event)}`,
      ].join('\n');
    },
    terminal,
  );
  oneCommand(
    held,
    'release',
    {
      summary: 'Publish a held event at once.',
      description: 'Publishes a held event at once, or again after a conflict.',
      examples: [
        ['On the local system', `npx timeline held release ${someId}`],
        ['On a deployed system', `${deployed} npx timeline held release ${someId}`],
      ],
      exitCodes,
    },
    async (api, id, json) => {
      const stored = await api.held.release(id);
      return json ? safeJson(stored) : `${safeText(stored.id)} is published, revision ${stored.revision}.`;
    },
    terminal,
  );
  oneCommand(
    held,
    'retract',
    {
      summary: 'Take a held event back. It was never public.',
      description: 'Deletes a held event. Nobody learns that it was there.',
      examples: [
        ['On the local system', `npx timeline held retract ${someId}`],
        ['On a deployed system', `${deployed} npx timeline held retract ${someId}`],
      ],
      exitCodes,
    },
    async (api, id, json) => {
      await api.held.retract(id);
      return json ? safeJson({ id, retracted: true }) : `${safeText(id)} is not held any more.`;
    },
    terminal,
  );
}
