import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LocalProblem } from '../local/problem.ts';
import { type LocalSystem, startLocalSystem } from '../local/system.ts';
import { ensureDevelopmentKey } from './ensure-development-key.ts';
import { loadStory } from './load-story.ts';

const usage = 'npm start [-- --port 3000 --data .timeline --no-story]';

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function explain(): never {
  console.log(usage);
  process.exit(0);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      allowNegative: true,
      options: {
        port: { type: 'string', default: '3000' },
        data: { type: 'string', default: '.timeline' },
        story: { type: 'boolean', default: true },
        watch: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) explain();
    const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN;
    if (!(port <= 65_535)) fail(`--port takes a number from 0 (any free port) to 65535. Usage: ${usage}`);
    if (values.data === '') fail(`--data takes a folder. Usage: ${usage}`);
    return { ...values, port, data: resolve(values.data) };
  } catch (error) {
    return fail(`${(error as Error).message} Usage: ${usage}`);
  }
}

type Arguments = ReturnType<typeof readArguments>;

/** Loads the first story if there is none, and says where to look. */
async function welcome(system: LocalSystem, { data, story }: Arguments): Promise<void> {
  const key = await ensureDevelopmentKey(data, system.endpoint, system.outputs.AccessTable as string);
  const loaded = story ? await loadStory(data, { url: system.url, key }) : null;
  if (loaded !== null) {
    await system.settled();
    console.log(`Loaded the story karabakh-2020: ${loaded} events and what followed.`);
  }
  console.log(`Timeline         ${system.url}/v1/timeline${story ? '?story=karabakh-2020' : ''}`);
  console.log(`Development key  ${key}`);
  console.log(`Data             ${data}`);
  console.log('Ready. Ctrl-C ends it; the data stays.');
}

async function start(given: Arguments): Promise<void> {
  const { port, data, watch } = given;
  const system = await startLocalSystem({ port, dataFolder: data, watch, log: (line) => console.error(line) });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    system.stop().then(
      () => process.exit(0),
      (error: Error) => fail(error.message),
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop).on('disconnect', stop);
  try {
    await welcome(system, given);
  } catch (error) {
    // What is asked of a system that is ending fails.
    if (stopping) return;
    await system.stop();
    throw error;
  }
}

await start(readArguments()).catch((error: Error) => {
  if (error instanceof LocalProblem) fail(error.message);
  throw error;
});
