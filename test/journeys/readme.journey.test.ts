import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureDevelopmentKey } from '../../commands/api/development-key.ts';
import { loadStories } from '../../commands/import/load-stories.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { runTimeline, withEnvironment } from '../commands/support/run-timeline.ts';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';
import { clientOf } from './support/client.ts';
import { firstStory, wordsOf } from './support/first-story.ts';
import { endPrograms, startProgram } from './support/program.ts';
import { allGuideCommands, guideCommands, readmeExamples } from './support/readme.ts';
import { startShell } from './support/shell.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journeyLimitMs = 180_000;
const addressInReadme = 'http://127.0.0.1:3000';
const separator = '\u001e';
/** What differs from day to day and from machine to machine. */
const times = /"(recordedAt|publishedAt|asOf|at|updatedAt)":"\d{4}-\d\d-\d\dT[^"]*"/g;
const positions = /"position":\d+/g;
const instants = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

const folder = await temporaryFolder();
const { examples, otherAnswers } = await readmeExamples();
let system: LocalSystem;

beforeAll(async () => {
  const dataFolder = join(folder.path, '.timeline');
  system = await startLocalSystem({ port: 0, dataFolder, templateFolder: await synthesizedStack(), warm: false });
  const key = await ensureDevelopmentKey(dataFolder, system.endpoint, system.outputs.AccessTable ?? '');
  await loadStories(dataFolder, { url: system.url, key });
  await system.whenIdle();
}, journeyLimitMs);

afterAll(async () => {
  endPrograms();
  await system?.stop();
  await folder.remove();
});

const steady = (text: string) => text.replace(times, '"$1":"TIME"').replace(positions, '"position":POSITION');

/** Types the commands into one shell, as somebody who follows the README does; what each of them prints. */
async function typed(commands: readonly string[], remarks = ''): Promise<string[]> {
  const script = commands.join(`\nprintf '\\036'\n`).replaceAll(addressInReadme, system.url);
  const key = (await readFile(join(folder.path, '.timeline', 'development-key'), 'utf8')).trim();
  const shell = startShell(script, folder.path, { TIMELINE_URL: system.url, TIMELINE_KEY: key });
  const { code, output, errors } = await shell.ended;
  expect({ code, errors }).toEqual({ code: 0, errors: remarks });
  return output.split(separator);
}

/**
 * What the README shows, with what it leaves out (`…`) taken from what was answered; as it stands where they differ.
 */
function completed(shown: string, answered: string): string {
  const parts = shown.split('…');
  let position = 0;
  let whole = '';
  for (const [index, part] of parts.entries()) {
    const found = index === parts.length - 1 ? answered.lastIndexOf(part) : answered.indexOf(part, position);
    if (found < position || (index === 0 && found > 0)) return shown;
    whole += answered.slice(position, found) + part;
    position = found + part.length;
  }
  return whole;
}

test(
  'every call in the README works as it stands, and is answered as the README says',
  async () => {
    expect(examples.length).toBeGreaterThanOrEqual(5);
    const answers = (await typed(examples.map(({ command }) => command))).map(steady);
    const shown = examples.map(({ answer }, index) => completed(steady(answer), answers[index] ?? ''));
    expect(answers).toEqual(shown);
  },
  journeyLimitMs,
);

test(
  'the problem that the README shows is what a day that does not exist is answered',
  async () => {
    const [first] = examples;
    const answers = await typed([(first?.command ?? '').replace('2020-12-03~', '2020-11-31')]);
    expect(answers).toEqual(otherAnswers);
  },
  journeyLimitMs,
);

test.each(['writing-events.md', 'reading-timelines.md', 'corrections.md', 'taking-down.md', 'changes.md'])(
  'every call in docs/%s works as it stands',
  async (guide) => {
    const answers = await typed(await guideCommands(guide));
    expect(answers.filter((answer) => /"type":"\/problems\/|"message":/.test(answer))).toEqual([]);
    expect(answers.length).toBeGreaterThanOrEqual(3);
  },
  journeyLimitMs,
);

const mappingWritten = (file: string) => `The mapping is in ${file}. Check it, and replace what begins with FILL IN.\n`;

test(
  'every command of the guide to spreadsheets works as it is written, and stores the rows',
  async () => {
    const commands = await allGuideCommands('importing.md');
    const remarks = mappingWritten('mapping.json') + mappingWritten('timelinejs.json');
    const answers = await typed(commands, remarks);
    const rest = '0 created, 2 replayed, 0 corrected, 0 refused';
    const missing =
      '1 of 3 events of your newsroom in these stories is not in the file:\n  2020-11-20  evt_…  Aghdam is handed over\n';
    const shown = answers.map((answer) => answer.replace(/^\{.*\}$/m, '{…}').replace(/evt_[a-z2-7]{26}/, 'evt_…'));
    expect(shown).toEqual([
      '',
      '',
      '',
      'Dry run, nothing was stored: 3 created, 0 replayed, 0 refused\n',
      '3 created, 0 replayed, 0 refused\n{…}',
      '0 created, 2 replayed, 1 corrected, 0 refused\n',
      `Dry run, nothing was stored: ${rest}\n${missing}Dry run, nothing was retracted.\n`,
      `${rest}\n${missing}1 retracted\n`,
      '1 created, 0 replayed, 0 refused\n',
    ]);
    await system.whenIdle();
    const entries = await clientOf(system.url).entries('story=truce-2020');
    expect(entries.map(({ data }) => data.headline)).toEqual([
      'The first peacekeepers arrive',
      'A truce is signed, at midnight',
      'The corridor is handed over',
    ]);
  },
  journeyLimitMs,
);

test(
  'somebody who types what docs/first-story.md says sees what it shows',
  async () => {
    const { steps, pages } = await firstStory();
    const dataFolder = join(folder.path, '.timeline');
    const variables = new Map([['TIMELINE_URL', system.url]]);
    /**
     * Commands run in this process: twelve processes would take as many seconds. Files are in the folder of the reader.
     */
    const timeline = async (commandLine: string) => {
      const [, , ...words] = wordsOf(commandLine, variables);
      const inFolder = words.map((text) => (/^bridge\.\w+$/.test(text) ? join(folder.path, text) : text));
      const ended = await withEnvironment(Object.fromEntries(variables), () =>
        runTimeline([...inFolder, '--data', dataFolder]),
      );
      await system.whenIdle();
      return ended;
    };
    const shell = async (command: string) => {
      const given = [...variables].map(([name, value]) => `export ${name}='${value}'\n`).join('');
      const script = given + command.replaceAll(addressInReadme, system.url);
      const { code, output, errors } = await startShell(script, folder.path).ended;
      await system.whenIdle();
      return { code: Number(code), output, errors };
    };
    const start = steps.findIndex(({ command }) => command === 'npm start');
    const receive = steps.findIndex(({ command }) => command.startsWith('npm run --silent receiver -- '));
    let receiver: ReturnType<typeof startProgram> | undefined;
    const shown: string[] = [];
    for (const [index, { command, answer }] of steps.entries()) {
      if (index === start) continue;
      if (index === receive) {
        const words = wordsOf(command, variables).slice(5);
        const program = join(import.meta.dirname, '..', '..', 'examples', 'receiver.ts');
        const options = [program, '--api', system.url, '--port', '0', ...words];
        receiver = startProgram(process.execPath, options, { folder: folder.path });
        await receiver.said(/The bridge closes$/m);
        continue;
      }
      const [, name = '', inner] = /^(?:export )?(\w+)=\$\((.+)\)$/.exec(command) ?? [];
      const line = inner ?? command;
      const { code, output, errors } = await (/^npx timeline /.test(line) ? timeline(line) : shell(line));
      expect({ command, code }).toEqual({ command, code: 0 });
      if (inner !== undefined) variables.set(name, output.trim());
      // What a command remarks shows in a terminal too.
      const seen = steady((output + errors).trimEnd())
        .replaceAll(instants, 'INSTANT')
        .replaceAll(`${folder.path}/`, '');
      if (answer !== null) shown.push(seen);
    }
    expect(shown).toEqual(
      steps.flatMap(({ answer }) => (answer === null ? [] : [steady(answer).replaceAll(instants, 'INSTANT')])),
    );
    expect(shown.length).toBeGreaterThanOrEqual(9);
    await receiver?.said(/^\d+ corrected evt_3o4fxebqpdzispublgnudae4h5_2: Say for whom\.$/m);
    await receiver?.said(/2025-03-03 +The bridge closes to all traffic$/m);
    for (const page of pages) {
      const response = await fetch(page.replace(addressInReadme, system.url));
      const isShown = !page.includes('harbour-bridge') || (await response.text()).includes('Say for whom.');
      expect({ page, status: response.status, isShown }).toEqual({ page, status: 200, isShown: true });
    }
  },
  journeyLimitMs,
);
