import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureDevelopmentKey } from '../../commands/api/development-key.ts';
import { type Engine, startEngine } from '../../local/engines/engine.ts';
import { startLocalSystem } from '../../local/system.ts';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';
import { clientOf } from './support/client.ts';
import { endPrograms, startSystem } from './support/program.ts';
import { processesOn } from './support/running.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journeyLimitMs = 180_000;

const folders = await Promise.all([temporaryFolder(), temporaryFolder()]);
let engine: Engine;

beforeAll(async () => {
  engine = await startEngine({});
});

afterAll(async () => {
  endPrograms();
  await engine.stop();
  await Promise.all(folders.map((folder) => folder.remove()));
});

/** A system on the other database and a folder, as long as the work takes. */
async function withSystem<Result>(
  dataFolder: string,
  work: (client: ReturnType<typeof clientOf>, whenIdle: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = engine.endpoint;
  const system = await startLocalSystem({ port: 0, dataFolder, templateFolder: await synthesizedStack(), warm: false });
  try {
    expect(system.endpoint).toBe(engine.endpoint);
    const key = await ensureDevelopmentKey(dataFolder, system.endpoint, system.outputs.AccessTable ?? '');
    return await work(clientOf(system.url, key), () => system.whenIdle());
  } finally {
    await system.stop();
    delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  }
}

const event = {
  type: 'development.reported',
  id: 'elsewhere',
  subject: 'elsewhere',
  data: {
    when: { edtf: '2020-12' },
    headline: 'Kept elsewhere',
    status: 'confirmed',
    sources: [{ url: 'https://example.org/', publisher: 'AFP' }],
  },
};

test(
  'with AWS_ENDPOINT_URL_DYNAMODB the data is in that database, and no engine is started beside it',
  async () => {
    const [one, other] = folders.map(({ path }) => path) as [string, string];
    const entry = await withSystem(one, async (client, whenIdle) => {
      expect(await client.send('POST', '/v1/events', event)).toMatchObject({ status: 201 });
      await whenIdle();
      expect(await processesOn(one)).toEqual([]);
      expect(existsSync(join(one, 'database.db'))).toBe(false);
      const [found, ...more] = await client.entries('');
      expect({ found, more }).toMatchObject({ found: { position: 1, data: { headline: 'Kept elsewhere' } }, more: [] });
      return found;
    });
    await withSystem(other, async (client, whenIdle) => {
      expect(await client.entries('')).toEqual([entry]);
      expect(await client.send('POST', '/v1/events', event)).toMatchObject({ status: 200 });
      await whenIdle();
      expect(await client.changes()).toHaveLength(1);
    });
  },
  journeyLimitMs,
);

test(
  'where no DynamoDB answers, that is a sentence that says what to do',
  async () => {
    const { code, errors } = await startSystem(['--port', '0', '--data', folders[0].path], {
      environment: { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' },
    }).ended;
    expect(code).toBe(1);
    expect(errors).toMatch(
      /^(Synthesizing .*\n)?No DynamoDB responds at http:\/\/127\.0\.0\.1:1 .* unset AWS_ENDPOINT_URL_DYNAMODB .*\n$/,
    );
  },
  journeyLimitMs,
);
