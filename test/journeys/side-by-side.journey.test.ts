import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';
import { clientOf } from './support/client.ts';
import { eventually } from './support/eventually.ts';
import { endPrograms, type Program, startProgram, startSystem } from './support/program.ts';
import { isListening, processesOn } from './support/running.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journeyLimitMs = 180_000;

const [first, second, damaged] = await Promise.all([temporaryFolder(), temporaryFolder(), temporaryFolder()]);

// The systems copy what is synthesized once for all suites.
beforeAll(() => synthesizedStack(), journeyLimitMs);

afterAll(async () => {
  endPrograms();
  await Promise.all([first, second, damaged].map((folder) => folder.remove()));
});

const progress = /^Synthesizing the stack.*\n/;
/**
 * An append that does not learn in time who may add to a story goes on, and says so: the machine is slow, and nothing
 * is wrong.
 */
const slowness = /^append-event: Who may add to a story could not be read.*\n/gm;

/** What `npm start` is given: a free port, a folder of its own, no story. */
const onFolder = ({ path }: { path: string }) => ['--port', '0', '--data', path, '--no-story'];

async function addressOf(program: Program): Promise<{ url: string; key: string }> {
  const [, url = '', key = ''] = await program.said(
    /^Timeline +(http:\S+)\/v1\S+\nDevelopment key +(\S+)\n(?:.*\n)*Ready/m,
  );
  return { url, key };
}

async function refusal(exitCode: number, ...commandLine: string[]): Promise<string> {
  const { code, errors } = await startSystem(commandLine).ended;
  expect(code).toBe(exitCode);
  return errors.replace(progress, '');
}

async function nothingIsLeft({ path }: { path: string }, url: string): Promise<void> {
  expect(
    await eventually(
      () => processesOn(path),
      (left) => left.length === 0,
    ),
  ).toEqual([]);
  expect(await isListening(url)).toBe(false);
}

const event = (id: string) => ({
  type: 'development.reported',
  id,
  subject: 'beside',
  data: {
    when: { edtf: '2020-12-01' },
    headline: id,
    status: 'confirmed',
    sources: [{ url: 'https://example.org/', publisher: 'AFP' }],
  },
});

test(
  'two systems run side by side; each has its own data, and ends with the process that started it',
  async () => {
    const npm = startProgram('npm', ['start', '--', ...onFolder(first)]);
    const other = startSystem(onFolder(second));
    const [one, two] = [await addressOf(npm), await addressOf(other)];
    for (const [id, { url, key }] of Object.entries({ one, two })) {
      const client = clientOf(url, key);
      expect(await client.send('POST', '/v1/events', event(id))).toMatchObject({ status: 201 });
      const entries = await eventually(
        () => client.entries(''),
        ({ length }) => length > 0,
      );
      expect(entries.map(({ data }) => data.headline)).toEqual([id]);
      expect(
        await client.send('POST', '/v1/events', event(id), { authorization: 'Bearer tl_example-aaaaaa_x' }),
      ).toEqual({
        status: 403,
        headers: expect.anything(),
        body: { message: 'Forbidden' },
      });
    }
    expect(await clientOf(one.url, two.key).send('POST', '/v1/events', event('stray'))).toMatchObject({ status: 403 });

    const { port } = new URL(one.url);
    expect(await refusal(1, '--port', port, '--data', damaged.path)).toMatch(
      new RegExp(`^Port ${port} is taken by another program\\. .* npm start -- --port \\d+\n$`),
    );
    expect(await refusal(1, '--port', '0', '--data', second.path)).toMatch(
      new RegExp(`^The data folder ${second.path} is in use by another process .*${two.url}.* --data\\.\n$`),
    );

    npm.kill('SIGKILL');
    other.kill('SIGTERM');
    const { code, errors } = await other.ended;
    expect({ code, errors: errors.replace(progress, '').replace(slowness, '') }).toEqual({ code: 0, errors: '' });
    await nothingIsLeft(first, one.url);
    await nothingIsLeft(second, two.url);
  },
  journeyLimitMs,
);

test(
  'a damaged database is a sentence that says what to do',
  async () => {
    await writeFile(join(damaged.path, 'database.db'), 'This is not a database. '.repeat(1_000));
    expect(await refusal(1, '--port', '0', '--data', damaged.path)).toMatch(
      /^The data in \S+database\.db is damaged\. .* --data\.\n$/,
    );
    expect(await processesOn(damaged.path)).toEqual([]);
  },
  journeyLimitMs,
);

test(
  'a wrong command line is a sentence that says where the help is',
  async () => {
    const seeHelp = 'For help: npm start -- --help\n';
    expect(await refusal(2, '--fast')).toBe(`error: unknown option '--fast'\n${seeHelp}`);
    expect(await refusal(2, '--port', 'http')).toBe(
      `error: option '--port <number>' argument 'http' is invalid. It must be a number from 0 (any free port) to 65535.\n${seeHelp}`,
    );
    expect(await refusal(2, '--data=')).toBe(
      `error: option '--data <folder>' argument '' is invalid. It is empty.\n${seeHelp}`,
    );
  },
  journeyLimitMs,
);
