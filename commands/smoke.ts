import { randomBytes } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { secondMs } from '../events/dates/durations.ts';
import { addCommand, dataFolderOption, exitCodes, misused, type Terminal, valueOption } from './cli.ts';
import { readDevelopmentKey } from './key/development-key.ts';
import { readUrl } from './read-url.ts';

interface Options {
  readonly url: string;
  readonly key?: string;
  readonly data: string;
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
for the message. Then it deletes the webhook and retracts the event. The event, its correction and its retraction stay on the record,
under the newsroom of the key.`,
    examples: [
      ['The local system', 'npx timeline smoke'],
      ['A deployed system', 'npx timeline smoke --url https://timeline.example.org --key KEY'],
    ],
    exitCodes: { done: 'Everything that was tried works.', failed: 'Something does not work. Its line says what.' },
  });
  command
    .addOption(valueOption('--url <url>', 'Address of the API.', readUrl).default('http://127.0.0.1:3000'))
    .addOption(
      valueOption(
        '--key <key>',
        'API key with the scope events:write, and webhooks:manage for --receiver. Default: the development key.',
      ).env('TIMELINE_KEY'),
    )
    .addOption(dataFolderOption('Folder with the development key.'))
    .addOption(
      valueOption('--receiver <url>', 'Address of a receiver of webhooks that agrees to its verification.', readUrl),
    )
    .addOption(valueOption('--wait <seconds>', 'How long a change may take to be visible.', readSeconds).default(15))
    .action(async ({ url, key: given, data, receiver, wait }: Options) => {
      const key = given ?? (await readDevelopmentKey(data));
      if (!key) misused(command, `there is no key in ${data}. Give one with --key.`);
      const { runJourney } = await import('./smoke/journey.ts');
      const story = `smoke-test-${randomBytes(6).toString('hex')}`;
      terminal.remark(`Trying ${url} in the story ${story}.`);
      let hasFailed = false;
      for await (const { state, name, detail } of runJourney({
        url,
        key,
        story,
        waitMs: wait * secondMs,
        ...(receiver !== undefined && { receiver }),
      })) {
        terminal.print(`${state.padEnd(8)}${name.padEnd(longestNameLength + 2)}${detail.replace(/\.$/, '')}.`);
        hasFailed ||= state === 'failed';
      }
      if (hasFailed) terminal.exitCode = exitCodes.failed;
    });
}
