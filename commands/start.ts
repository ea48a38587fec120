import { type Command, InvalidArgumentError } from 'commander';
import { type LocalSystem, startLocalSystem } from '../local/system.ts';
import { ensureDevelopmentKey } from './api/development-key.ts';
import { loadStories } from './import/load-stories.ts';
import { createProgram, dataFolderOption, exitCodes, processTerminal, run, valueOption } from './terminal/cli.ts';

interface Options {
  readonly port: number;
  readonly data: string;
  readonly story: boolean;
  readonly watch: boolean;
}

const terminal = processTerminal();

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a number from 0 (any free port) to 65535.');
}

/** Loads the example stories into an empty record, and prints the addresses of the system. */
async function welcome(system: LocalSystem, { data, story }: Options): Promise<void> {
  const { print } = terminal;
  const key = await ensureDevelopmentKey(data, system.endpoint, system.outputs.AccessTable as string);
  const loaded = story ? await loadStories(data, { url: system.url, key }) : [];
  if (loaded.length > 0) await system.whenIdle();
  for (const { story, events } of loaded) print(`Loaded the story ${story}: ${events} events.`);
  print(`Timeline         ${system.url}/v1/timeline${story ? '?story=karabakh-2020' : ''}`);
  print(`Development key  ${key}`);
  print(`Documentation    ${system.url}/docs`);
  print(`Data             ${data}`);
  print('Ready. Press Ctrl-C to stop. The data stays.');
}

/** Resolves when the system is ready. It runs until the process gets a signal. */
async function start(options: Options): Promise<void> {
  const { port, data, watch } = options;
  const system = await startLocalSystem({ port, dataFolder: data, watch, log: terminal.remark });
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    system.stop().then(
      () => process.exit(exitCodes.done),
      (error: Error) => {
        terminal.remark(error.message);
        process.exit(exitCodes.failed);
      },
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop).on('disconnect', stop);
  try {
    await welcome(system, options);
  } catch (error) {
    // Requests to a system that is stopping fail.
    if (isStopping) return;
    await system.stop();
    throw error;
  }
}

const program: Command = createProgram(
  'npm start --',
  {
    summary: 'Run the whole system on this machine.',
    description: `Runs the whole system on this machine, as the CDK stack defines it, and loads two example stories if there are no events yet. The
data stays between runs. If AWS_ENDPOINT_URL_DYNAMODB is set, the DynamoDB at that address is used instead of the embedded one.`,
    examples: [
      [
        'A second system beside the first, without the stories',
        'npm start -- --port 3999 --data /tmp/other --no-story',
      ],
      ['Reload functions when their source changes', 'npm run dev'],
    ],
    exitCodes: {
      done: 'The system was stopped.',
      failed: 'The system did not start. The message says why and what to do.',
    },
  },
  terminal,
)
  .addOption(valueOption('--port <number>', 'Port of the API; 0 for any free port.', readPort).default(3000))
  .addOption(dataFolderOption('Folder for the data.'))
  .option('--no-story', 'Do not load the example stories.')
  .option('--watch', 'Reload functions when their source changes.', false)
  .action(start);
process.exitCode = await run(program, process.argv.slice(2), terminal);
