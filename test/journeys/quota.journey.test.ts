import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { minuteMs } from '../../events/dates/durations.ts';
import { eventIdOf } from '../../events/identity.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type Ended, runTimeline } from '../commands/support/run-timeline.ts';
import { developmentWith } from '../events/samples.ts';
import { problem } from '../support/expectations/problem.ts';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';
import { type Client, clientOf } from './support/client.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journeyLimitMs = 120_000;
const folder = await temporaryFolder();
let system: LocalSystem;

beforeAll(async () => {
  const templateFolder = await synthesizedStack();
  system = await startLocalSystem({ port: 0, dataFolder: folder.path, templateFolder, warm: false });
}, journeyLimitMs);

afterAll(async () => {
  jest.restoreAllMocks();
  await system.stop();
  await folder.remove();
});

const key = (...commandLine: string[]): Promise<Ended> => runTimeline(['key', ...commandLine, '--data', folder.path]);

async function newsroom(name: string): Promise<Client> {
  const { output } = await key('create', '--newsroom', name, '--scopes', 'events:write');
  return clientOf(system.url, output.trim());
}

const event = (id: string) => developmentWith({}, { id });

/** The gateway asks its authorizer again a minute later. */
function aMinuteLater(): void {
  const now = Date.now.bind(Date);
  jest.spyOn(Date, 'now').mockImplementation(() => now() + minuteMs + 1);
}

test(
  'a newsroom that has used up its events gets 429 within a minute, and another newsroom notices nothing',
  async () => {
    const [afp, dpa] = [await newsroom('afp'), await newsroom('dpa')];
    const batch = Array.from({ length: 16 }, (_, index) => event(`batch-${index}`));
    expect(await afp.send('POST', '/v1/events', batch)).toMatchObject({ status: 200 });
    await key('quota', '--newsroom', 'afp', '--events', '16');
    expect(await afp.send('POST', '/v1/events', event('within the minute'))).toMatchObject({ status: 201 });

    aMinuteLater();
    const refused = await afp.send('POST', '/v1/events', event('too many'));
    expect(refused.status).toBe(429);
    expect(refused.body).toEqual(
      problem(429, 'quota-exceeded', {
        quota: 'events',
        limit: 16,
        used: expect.any(Number),
        resetsAt: expect.stringMatching(/T00:00:00\.000Z$/),
      }),
    );
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await system.whenIdle();
    expect(await afp.changes()).toHaveLength(17);
    expect(await afp.get(`/v1/events/${eventIdOf('/newsrooms/afp', 'too many')}`)).toMatchObject({ status: 404 });

    expect(await dpa.send('POST', '/v1/events', event('elsewhere'))).toMatchObject({ status: 201 });
    const path = `/v1/events/${eventIdOf('/newsrooms/afp', 'batch-3')}`;
    const ifMatch = (revision: number) => ({ 'if-match': `"${revision}"` });
    const correction = { note: 'A slip.', data: { headline: 'Otherwise' } };
    expect(await afp.send('POST', `${path}/corrections`, correction, ifMatch(0))).toMatchObject({ status: 201 });
    expect(await afp.send('POST', `${path}/retraction`, { note: 'Wrong.' }, ifMatch(1))).toMatchObject({ status: 201 });

    const [{ used, limits }] = JSON.parse((await key('usage', '--newsroom', 'afp', '--json')).output);
    expect(used.events).toBeGreaterThanOrEqual(16);
    expect(used.events % 16).toBe(0);
    expect(limits).toEqual({ events: 16, changes: 20_000, bytes: 1_073_741_824 });
  },
  journeyLimitMs,
);
