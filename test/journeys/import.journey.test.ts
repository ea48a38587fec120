import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureDevelopmentKey } from '../../commands/api/development-key.ts';
import { eventIdOf } from '../../events/identity.ts';
import { freePort } from '../../local/engines/free-port.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';
import { bruteForce, type Question } from './support/brute-force.ts';
import { type Client, clientOf } from './support/client.ts';
import { type Happening, impreciseHappenings, oneOf, randomDay, randomNumbers } from './support/imprecise-events.ts';
import { endPrograms, startTimeline } from './support/program.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journeyLimitMs = 180_000;
const eventCount = 600;
const questionCount = 30;
const source = '/newsrooms/example';

const folder = await temporaryFolder();
const data = join(folder.path, 'data');
const file = join(folder.path, 'happenings.ndjson');
const happenings = impreciseHappenings(eventCount);
let system: LocalSystem;
let client: Client;

beforeAll(async () => {
  const templateFolder = await synthesizedStack();
  system = await startLocalSystem({ port: 0, dataFolder: data, templateFolder, warm: false });
  await ensureDevelopmentKey(data, system.endpoint, system.outputs.AccessTable ?? '');
  client = clientOf(system.url);
}, journeyLimitMs);

afterAll(async () => {
  endPrograms();
  await system?.stop();
  await folder.remove();
});

const lineOf = ({ name, when }: Happening) =>
  JSON.stringify({
    type: 'development.reported',
    id: name,
    subject: 'happenings',
    data: {
      when,
      headline: name,
      status: 'reported',
      sources: [{ url: `https://example.org/${name}`, publisher: 'AFP' }],
    },
  });

const importFile = (...more: string[]) => startTimeline(['import', file, '--data', data, ...more]).ended;

test(
  'a file is imported line by line; each refused line is reported with the reason',
  async () => {
    const lines = happenings.map(lineOf);
    const refused = [
      '{"type":',
      lineOf({ ...(happenings[0] as Happening), name: 'naive', when: { edtf: '2020-11-10T01:00' } }),
    ];
    await writeFile(file, [refused[0], ...lines.slice(0, 250), refused[1], ...lines.slice(250), ''].join('\n'));
    expect(await importFile('--url', system.url)).toEqual({
      code: 1,
      signal: null,
      errors: '',
      output: expect.stringMatching(
        /^600 created, 0 replayed, 2 refused\nline 1: Not a JSON object: .*\nline 252: \/data\/when\/edtf: .*offset.*\n$/,
      ),
    });
  },
  journeyLimitMs,
);

test(
  'imported again, without the refused lines, nothing is stored twice',
  async () => {
    await writeFile(file, happenings.map(lineOf).join('\r\n'));
    expect(await importFile('--url', system.url)).toEqual({
      code: 0,
      signal: null,
      errors: '',
      output: '0 created, 600 replayed, 0 refused\n',
    });
  },
  journeyLimitMs,
);

test(
  'where nothing answers, or the key is not accepted, nothing is stored',
  async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const unheard = await importFile('--url', nobody);
    expect(unheard).toMatchObject({ code: 1, output: '' });
    expect(unheard.errors).toMatch(/^At http:\S+ there is no response \(.*\)\. .*\n$/);
    const stranger = await importFile(
      '--url',
      system.url,
      '--key',
      'tl_example-aaaaaa_0000000000000000000000000000000000000000000',
    );
    expect(stranger).toMatchObject({ code: 1, output: '' });
    expect(stranger.errors).toMatch(/^The key is not accepted\. .*\n$/);
  },
  journeyLimitMs,
);

/** Days, months, years and instants; one side open, now and then; own days, or those of a zone. */
function questions(): Question[] {
  const random = randomNumbers(2020);
  return Array.from({ length: questionCount }, () => {
    const [begin = '', end = ''] = [randomDay(random), randomDay(random)].sort();
    const match = oneOf(['overlap', 'overlap', 'within', 'starts'] as const, random);
    if (random() < 0.2) return { from: `${begin}T20:00:00Z`, to: `${end}T20:00:01Z`, tz: null, match };
    const unit = () => oneOf([4, 7, 10], random);
    const isNarrow = random() < 0.5;
    return {
      from: random() < 0.15 ? null : begin.slice(0, unit()),
      to: random() < 0.15 ? null : (isNarrow ? begin : end).slice(0, isNarrow ? 4 : unit()),
      tz: oneOf([null, null, 'UTC', 'Asia/Baku', 'America/New_York', 'Pacific/Auckland'], random),
      match,
    };
  });
}

test(
  'every range finds what a look at each event finds, in the same order, with the same certainty',
  async () => {
    await system.whenIdle();
    const random = randomNumbers(30);
    for (const question of questions()) {
      const { from, to, tz, match } = question;
      const given = Object.entries({ from, to, tz, match }).filter(
        (pair): pair is [string, string] => pair[1] !== null,
      );
      const order = oneOf(['asc', 'desc'], random);
      const query = new URLSearchParams([...given, ['order', order], ['story', 'happenings']]).toString();
      const entries = await client.entries(query, oneOf([37, 100, 500], random));
      const expected = bruteForce(happenings, question, (name) => eventIdOf(source, name));
      if (order === 'desc') expected.reverse();
      expect({ query, found: entries.map(({ data, certainty }) => ({ name: data.headline, certainty })) }).toEqual({
        query,
        found: expected,
      });
    }
  },
  journeyLimitMs,
);
