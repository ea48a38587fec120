import { randomBytes } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { secondMs } from '../events/dates/durations.ts';
import { type ApiOptions, addApiOptions, keyOf } from './api/api-command.ts';
import { addCommand, exitCodes, misused, type Terminal, valueOption } from './terminal/cli.ts';
import { readUrl } from './terminal/read-url.ts';

interface Options extends ApiOptions {
  readonly receiver?: string;
  readonly wait: number;
}

const longestNameLength = 'unsubscribe'.length;

function readSeconds(text: string): number {
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= 300) return seconds;
  throw new InvalidArgumentError('It must be a number of seconds from 1 to 300.');
}

/** Adds `smoke`, which tries the main journey on a running system. */
export function smokeCommand(program: Command, terminal: Terminal): void {
  const command = addCommand(program, 'smoke', {
    summary: 'Try whether a system works.',
    description: `Runs the main journey on a deployed or local system, in a story of its own: it appends an event, sends it again, corrects it,
reads the timeline now and as of before, in all formats, and looks at the caching. With --receiver, it also registers a webhook and waits
for the message. Then it deletes the webhook and retracts the event, also after Ctrl-C. The event, its correction and its retraction stay on the record,
under the newsroom of the key. The key needs the scope events:write, and webhooks:manage for --receiver.`,
    examples: [
      ['The local system', 'npx timeline smoke'],
      ['A deployed system', 'TIMELINE_URL=https://timeline.example.org TIMELINE_KEY=tl_… npx timeline smoke'],
    ],
    exitCodes: {
      done: 'Everything that was tried works.',
      failed: 'Something does not work, and its line says what; or it was stopped.',
    },
  });
  command
    .addOption(
      valueOption('--receiver <url>', 'Address of a receiver of webhooks that agrees to its verification.', readUrl),
    )
    .addOption(valueOption('--wait <seconds>', 'How long a change may take to be visible.', readSeconds).default(15))
    .action(async (options: Options) => {
      const { url, receiver, wait } = options;
      const key =
        (await keyOf(options)) ?? misused(command, 'there is no key. Give one with --key, or in TIMELINE_KEY.');
      const { runJourney } = await import('./smoke/journey.ts');
      const story = `smoke-test-${randomBytes(6).toString('hex')}`;
      terminal.remark(`Trying ${url} in the story ${story}.`);
      const stopping = new AbortController();
      const stop = () => {
        terminal.remark('Stopping. What was made is cleaned up; press Ctrl-C again to leave it.');
        stopping.abort();
      };
      process.once('SIGINT', stop).once('SIGTERM', stop);
      const journey = { url, key, story, waitMs: wait * secondMs, stopping: stopping.signal };
      let hasFailed = false;
      try {
        for await (const { state, name, detail } of runJourney({
          ...journey,
          ...(receiver !== undefined && { receiver }),
        })) {
          terminal.print(`${state.padEnd(8)}${name.padEnd(longestNameLength + 2)}${detail.replace(/\.$/, '')}.`);
          hasFailed ||= state === 'failed';
        }
      } finally {
        process.off('SIGINT', stop).off('SIGTERM', stop);
      }
      if (hasFailed || stopping.signal.aborted) terminal.exitCode = exitCodes.failed;
    });
  addApiOptions(command, null);
}
