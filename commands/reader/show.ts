import type { Command } from 'commander';
import { eventIdField } from '../../events/revision-fields.ts';
import { type ApiOptions, addApiOptions, withApi } from '../api/api-command.ts';
import { addCommand, checked, type Terminal, valueOption } from '../terminal/cli.ts';
import { readNumber } from '../terminal/read-number.ts';
import { safeJson, safeText } from '../terminal/safe-text.ts';

interface Options extends ApiOptions {
  readonly revision?: number;
  readonly asOf?: string;
}

/** Adds `show`, which shows an event. */
export function showCommand(program: Command, { print }: Terminal): void {
  const command = addCommand(program, 'show', {
    summary: 'Show an event, as it is or as it was.',
    description: 'Shows an event: its latest revision, an earlier one, or what it was at an instant.',
    examples: [
      ['As it is', 'npx timeline show evt_te73c6vbre67e74ncy75l2s54c'],
      [
        'As it was first published, for a program',
        'npx timeline show evt_te73c6vbre67e74ncy75l2s54c --revision 0 --json',
      ],
    ],
    exitCodes: {
      done: 'The event is shown.',
      failed: 'There is no such event, it was retracted or taken down, or the API did not respond.',
    },
  })
    .argument('<event>', 'the id of the event', checked(eventIdField))
    .addOption(valueOption('--revision <number>', 'This revision.', readNumber))
    .addOption(valueOption('--as-of <instant>', 'As it was at this instant.'))
    .action((id: string, options: Options) =>
      withApi(options, async (api) => {
        const { revision, asOf, json } = options;
        const entry = await api.event(id, { ...(revision !== undefined && { revision }), ...(asOf && { asOf }) });
        if (json) return print(safeJson(entry));
        const { headline, ...data } = entry.data;
        const facts = Object.entries(data).map(([name, value]) => [
          name,
          typeof value === 'string' ? safeText(value) : safeJson(value),
        ]);
        const rows = [
          ['id', safeText(entry.id)],
          ['revision', `${entry.revision}, published ${safeText(entry.publishedAt)} by ${safeText(entry.newsroom)}`],
          ['type', safeText(entry.type)],
          ['story', safeText(String(entry.story))],
          ['when', `${safeText(entry.when.edtf)} (${safeText(entry.when.tz)})`],
          ...facts,
        ];
        return print(
          [safeText(headline), ...rows.map(([name = '', text]) => `  ${safeText(name).padEnd(12)}${text}`)].join('\n'),
        );
      }),
    );
  addApiOptions(command);
}
