import type { Command } from 'commander';
import { dataFolderOption, valueOption } from '../terminal/cli.ts';
import { readUrl } from '../terminal/read-url.ts';
import { readDevelopmentKey } from './development-key.ts';
import { failureOf } from './failure-of.ts';
import type { TimelineApi } from './timeline-api.ts';

export interface ApiOptions {
  readonly url: string;
  readonly key?: string;
  readonly data: string;
  readonly json?: true;
}

const clientModule = new URL('../../packages/client/src/index.ts', import.meta.url).href;

/** The development key is for the local system; it is sent nowhere else. */
const isLocal = (url: string) => /^(127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(url).hostname);

/** The key of a command line; null if there is none. */
export async function keyOf({ url, key, data }: ApiOptions): Promise<string | null> {
  return key ?? (isLocal(url) ? readDevelopmentKey(data) : null);
}

/** Adds the options that say which system a command works with, and with which key. */
export function addApiOptions(command: Command, json: string | null = 'Print JSON, for programs.'): Command {
  command
    .addOption(
      valueOption('--url <url>', 'Address of the API.', readUrl).env('TIMELINE_URL').default('http://127.0.0.1:3000'),
    )
    .addOption(
      valueOption('--key <key>', 'API key. Default: the development key, if the API is a local system.').env(
        'TIMELINE_KEY',
      ),
    )
    .addOption(dataFolderOption('Folder of the local system whose development key is used.'));
  return json === null ? command : command.option('--json', json);
}

/** Does work with a client of the system that the options of `addApiOptions` select. @throws {CommandFailure} */
export async function withApi<Result>(
  options: ApiOptions,
  work: (api: TimelineApi) => Promise<Result>,
): Promise<Result> {
  try {
    // The types of the client are written when it is built. It runs without them.
    const { timelineClient } = await import(clientModule);
    const key = await keyOf(options);
    return await work(timelineClient({ url: options.url, key: key ?? undefined, retries: 3 }));
  } catch (error) {
    throw failureOf(error, options.url);
  }
}
