import type { Command } from 'commander';
import { addCommand, type Terminal } from '../terminal/cli.ts';
import { deliveriesCommand } from './deliveries.ts';
import { endpointActions } from './endpoint-actions.ts';
import { createEndpointCommand, updateEndpointCommand } from './endpoint-fields.ts';

/** Adds `endpoint`, which manages the webhook endpoints of a newsroom. */
export function endpointCommand(program: Command, terminal: Terminal): void {
  const endpoint = addCommand(program, 'endpoint', {
    summary: 'Manage webhook endpoints, to which new events are sent.',
    description: `An endpoint is a URL that receives every matching event as a signed POST. The key needs the scope webhooks:manage. The guide
"Webhooks" says what a receiver has to do.`,
    examples: [
      [
        'Register an endpoint for a story',
        'npx timeline endpoint create https://example.org/hook --story karabakh-2020',
      ],
      ['See which endpoints fail', 'npx timeline endpoint list'],
    ],
    exitCodes: { done: 'It is done.', failed: 'There is no such endpoint, or the API refused or did not respond.' },
  });
  createEndpointCommand(endpoint, terminal);
  updateEndpointCommand(endpoint, terminal);
  endpointActions(endpoint, terminal);
  deliveriesCommand(endpoint, terminal);
}
