import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importEvents } from '../../commands/import/import-events.ts';
import { developmentWith } from '../events/samples.ts';
import { serve } from '../support/world/served-world.ts';
import { runTimeline } from './support/run-timeline.ts';

const key = 'tl_example-abc234_secret';
const line = (id: string) => JSON.stringify(developmentWith({}, { id }));
const revoked = { status: 401, text: '{"message":"Unauthorized"}' };
const usedUp = { status: 429, text: '{"type":"/problems/quota-exceeded","detail":"Tomorrow."}' };
const notAccepted =
  'The key is not accepted. Create one with: npx timeline key create --newsroom NAME --scopes events:write';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timeline-import-stopped-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('An import that stops in the middle of a batch', () => {
  test.each([
    ['its key is revoked', revoked, () => notAccepted],
    [
      'a quota is used up',
      usedUp,
      (url: string) =>
        `The import stopped at ${url}: Tomorrow. Events that are stored stay. Run the import again then to store the rest.`,
    ],
  ])('says what of it is stored and corrected, if %s between two corrections', async (_, refusal, said) => {
    const results = ['created', 'replayed', 'conflict', 'replayed', 'created'].map((outcome) => ({ outcome }));
    const puts = [{ status: 200, text: '{}' }, { status: 201, text: '{}' }, refusal];
    const server = await serve((_, path) =>
      path === '/v1/events' ? { status: 200, text: JSON.stringify({ results }) } : puts.shift(),
    );
    const text = results.map((_, index) => line(`event-${index}`)).join('\n');
    await expect(importEvents(text, { url: server.url, key }, undefined, { note: 'A slip.' })).rejects.toThrow(
      `${said(server.url)}\nBefore that: 2 created, 1 replayed, 1 corrected, 0 refused.`,
    );
    await server.stop();
  });

  test('says what of it is stored, if the API does not say which lines it refuses', async () => {
    const server = await serve((text) => {
      const { length } = JSON.parse(text);
      if (length > 2) return { status: 400, text: '{"detail":"One of them."}' };
      const results = [{ outcome: 'created' }, { outcome: 'created' }];
      return server.received.length === 2 ? { status: 200, text: JSON.stringify({ results }) } : revoked;
    });
    const text = ['a', 'b', 'c', 'd'].map(line).join('\n');
    await expect(importEvents(text, { url: server.url, key })).rejects.toThrow(
      `${notAccepted}\nBefore that: 2 created, 0 replayed, 0 refused.`,
    );
    await server.stop();
  });
});

describe('A file that changes while an import reads it', () => {
  const size = 32 * 1_024 * 1_024;
  let length = size;

  test.each<[string, (file: string) => Promise<void>]>([
    ['appended to', (file) => appendFile(file, `${line('late')}\n`)],
    [
      'cut',
      (file) => {
        length -= 1;
        return truncate(file, length);
      },
    ],
    [
      'replaced',
      async (file) => {
        await writeFile(`${file}.new`, `${line('another')}\n`);
        await truncate(`${file}.new`, size);
        await rename(`${file}.new`, file);
      },
    ],
  ])('is not imported if it is %s, since it may be half of a file', async (_, change) => {
    const server = await serve(() => ({ status: 200, text: '{"results":[{"outcome":"created"}]}' }));
    for (const name of ['events.ndjson', 'rows.csv']) {
      const file = join(folder, name);
      await writeFile(file, `${line('first')}\n`);
      await truncate(file, size);
      let isRead = false;
      const run = runTimeline(['import', file, '--url', server.url, '--key', key]).finally(() => {
        isRead = true;
      });
      while (!isRead) await change(file);
      expect(await run).toEqual({
        code: 1,
        output: '',
        errors: `${file} was changed while it was read. Nothing was sent. Run it again when it is whole.\n`,
      });
    }
    expect(server.received).toEqual([]);
    await server.stop();
  });
});
