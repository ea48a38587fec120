import type { Command } from 'commander';
import { eventIdField } from '../../events/revision-fields.ts';
import { type ApiOptions, addApiOptions, withApi } from '../api/api-command.ts';
import type { EventRevision } from '../api/timeline-api.ts';
import { addCommand, checked, type Terminal } from '../terminal/cli.ts';
import { safeJson, safeText } from '../terminal/safe-text.ts';

const shown = (value: unknown) =>
  value === undefined ? '(absent)' : typeof value === 'string' ? `"${safeText(value)}"` : safeJson(value);

function linesOf({ revision, kind, publishedAt, newsroom, note, changed }: EventRevision): string[] {
  return [
    `Revision ${revision}  ${[kind, publishedAt, newsroom].map(safeText).join('  ')}`,
    ...(note === null ? [] : [`  Note: ${safeText(note)}`]),
    ...changed.flatMap(({ pointer, before, after }) => [
      `  ${safeText(pointer)}`,
      `    - ${shown(before)}`,
      `    + ${shown(after)}`,
    ]),
  ];
}

/** Adds `history`, which shows all revisions of an event. */
export function historyCommand(program: Command, { print }: Terminal): void {
  const command = addCommand(program, 'history', {
    summary: 'Show what changed in an event, when and why.',
    description:
      'Shows all revisions of an event, the oldest first, with their notes and the fields that each changed.',
    examples: [
      ['As a text', 'npx timeline history evt_te73c6vbre67e74ncy75l2s54c'],
      ['For a program, one revision on each line', 'npx timeline history evt_te73c6vbre67e74ncy75l2s54c --json'],
    ],
    exitCodes: { done: 'The history is shown.', failed: 'There is no such event, or the API did not respond.' },
  })
    .argument('<event>', 'the id of the event', checked(eventIdField))
    .action((id: string, options: ApiOptions) =>
      withApi(options, async (api) => {
        for (let after: number | undefined, isLast = false; !isLast; ) {
          const { revisions, next } = await api.history(id, after === undefined ? {} : { after });
          for (const revision of revisions) print(options.json ? safeJson(revision) : linesOf(revision).join('\n'));
          isLast = next === undefined;
          after = next;
        }
      }),
    );
  addApiOptions(command, 'Print one JSON object for each revision, each on a line.');
}
