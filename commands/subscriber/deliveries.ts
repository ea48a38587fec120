import { type Command, Option } from 'commander';
import { type ApiOptions, addApiOptions, withApi } from '../api/api-command.ts';
import type { Delivery } from '../api/timeline-api.ts';
import { addCommand, misused, type Terminal, valueOption } from '../terminal/cli.ts';
import { columns } from '../terminal/columns.ts';
import { readNumber } from '../terminal/read-number.ts';
import { safeJson, safeText } from '../terminal/safe-text.ts';
import { readEndpointId } from './endpoint-id.ts';

const someId = 'wh_te73c6vbre67e74ncy75l2s54c';
const shownByDefault = 50;

function listCommand(endpoint: Command, { print, remark }: Terminal): void {
  const command = addCommand(endpoint, 'deliveries', {
    summary: 'List the messages of an endpoint, and whether they arrived.',
    description: 'Lists the deliveries of an endpoint with their states, the latest first.',
    examples: [
      ['The latest deliveries', `npx timeline endpoint deliveries ${someId}`],
      ['Those that were refused for good', `npx timeline endpoint deliveries ${someId} --status parked`],
    ],
    exitCodes: { done: 'They are listed.', failed: 'There is no such endpoint, or the API did not respond.' },
  })
    .argument('<endpoint>', 'the id of the endpoint', readEndpointId)
    .addOption(valueOption('--status <status>', 'Only deliveries with this status, such as pending or parked.'))
    .addOption(new Option('--order <order>', 'By position.').choices(['asc', 'desc']))
    .addOption(valueOption('--limit <number>', 'How many at most.', readNumber).default(shownByDefault))
    .action(
      (
        id: string,
        options: ApiOptions & { readonly status?: string; readonly order?: string; readonly limit: number },
      ) =>
        withApi(options, async (api) => {
          const { status, order, limit, json } = options;
          const found: Delivery[] = [];
          let cursor: string | null | undefined;
          while (cursor !== null && found.length < limit) {
            const page = await api.endpoints.deliveries(id, {
              ...(status !== undefined && { status }),
              ...(order !== undefined && { order }),
              ...(cursor !== undefined && { cursor }),
            });
            found.push(...page.deliveries);
            cursor = page.nextCursor;
          }
          const isCut = cursor !== null || found.length > limit;
          const deliveries = found.slice(0, limit);
          const rows = deliveries.map((one) => [String(one.position), one.status, one.change, one.id].map(safeText));
          if (json) print(safeJson(deliveries));
          else if (deliveries.length === 0) remark('There are no such deliveries.');
          else print(columns([['POSITION', 'STATUS', 'CHANGE', 'MESSAGE'], ...rows]));
          if (isCut) remark(`There are more than these ${limit}. Show them with --limit.`);
        }),
    );
  addApiOptions(command);
}

function resendCommand(endpoint: Command, { print }: Terminal): void {
  const command = addCommand(endpoint, 'resend', {
    summary: 'Send messages again: one, or a range of positions.',
    description: 'Sends the message at a position again, or those in a range of positions.',
    examples: [
      ['One message', `npx timeline endpoint resend ${someId} --position 42`],
      ['What is missing since a position', `npx timeline endpoint resend ${someId} --from 40 --only-missing`],
    ],
    exitCodes: {
      done: 'They are queued.',
      failed: 'There is no such endpoint or message, or the API did not respond.',
    },
  })
    .argument('<endpoint>', 'the id of the endpoint', readEndpointId)
    .addOption(valueOption('--position <position>', 'The position of one message.', readNumber))
    .addOption(valueOption('--from <position>', 'The first position of a range.', readNumber))
    .addOption(
      valueOption('--to <position>', 'The last position of a range. Default: the last of the record.', readNumber),
    )
    .option('--only-missing', 'Leave out what was acknowledged.')
    .action(
      (
        id: string,
        options: ApiOptions & {
          readonly position?: number;
          readonly from?: number;
          readonly to?: number;
          readonly onlyMissing?: true;
        },
        command: Command,
      ) => {
        const { position, from, to, onlyMissing, json } = options;
        const isOne = position !== undefined;
        if (isOne === (from !== undefined)) misused(command, 'give --position for one message, or --from for a range.');
        if (isOne && (to !== undefined || onlyMissing)) misused(command, '--to and --only-missing are for a range.');
        return withApi(options, async (api) => {
          if (isOne) {
            const delivery = await api.endpoints.redeliver(id, position);
            print(json ? safeJson(delivery) : `The message at position ${delivery.position} is sent again.`);
            return;
          }
          const range = { from, ...(to !== undefined && { to }), ...(onlyMissing && { onlyMissing }) };
          const replay = await api.endpoints.replay(id, range);
          print(json ? safeJson(replay) : `Messages at positions ${replay.from} to ${replay.to} are sent again.`);
        });
      },
    );
  addApiOptions(command);
}

/** Adds `endpoint deliveries` and `endpoint resend`. */
export function deliveriesCommand(endpoint: Command, terminal: Terminal): void {
  listCommand(endpoint, terminal);
  resendCommand(endpoint, terminal);
}
