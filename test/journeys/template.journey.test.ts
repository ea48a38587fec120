import { afterAll, expect, test } from '@jest/globals';
import { ensureDevelopmentKey } from '../../commands/api/development-key.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { alteredStack, type Resources, takeOut } from '../support/stack/altered-stack.ts';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';
import { clientOf } from './support/client.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journeyLimitMs = 180_000;

const [data, altered] = await Promise.all([temporaryFolder(), temporaryFolder()]);
let system: LocalSystem;

afterAll(async () => {
  await system?.stop();
  await Promise.all([data.remove(), altered.remove()]);
});

async function startOn(templateFolder: string) {
  system = await startLocalSystem({ port: 0, dataFolder: data.path, templateFolder, warm: false });
  const key = await ensureDevelopmentKey(data.path, system.endpoint, system.outputs.AccessTable ?? '');
  return clientOf(system.url, key);
}

function unwire(resources: Resources): void {
  const isStories = ({ RouteKey }: { RouteKey: string }) => / \/v1\/stories$/.test(RouteKey);
  takeOut(resources, 'AWS::ApiGatewayV2::Route', isStories);
  takeOut(resources, 'AWS::ApiGatewayV2::Route', ({ RouteKey }) => RouteKey === '$default');
  takeOut(resources, 'AWS::Lambda::EventSourceMapping', ({ FunctionName }) => /^Sequencer/.test(FunctionName.Ref));
}

const event = {
  type: 'development.reported',
  id: 'unheard',
  subject: 'unheard',
  data: {
    when: { edtf: '2020-12-01' },
    headline: 'Nobody listens',
    status: 'confirmed',
    sources: [{ url: 'https://example.org/', publisher: 'AFP' }],
  },
};

test(
  'what the template does not wire is not there, and what is posted meanwhile is found once it is',
  async () => {
    const whole = await synthesizedStack();
    await alteredStack(altered.path, whole, unwire);
    const deaf = await startOn(altered.path);
    const posted = await deaf.send('POST', '/v1/events', event);
    expect(posted.status).toBe(201);
    await system.whenIdle();
    expect(await deaf.get('/v1/stories')).toMatchObject({ status: 404, body: { message: 'Not Found' } });
    expect(await deaf.get('/v1/timeline')).toMatchObject({ status: 200, body: { entries: [] } });
    expect(await deaf.get('/v1/changes')).toMatchObject({ status: 200, body: { changes: [], head: 0 } });
    expect(await deaf.get(`/v1/events/${posted.body.id}`)).toMatchObject({
      status: 404,
      body: { title: expect.any(String) },
    });
    await system.stop();

    const hearing = await startOn(whole);
    await system.whenIdle();
    const { body } = await hearing.get('/v1/stories');
    expect(body.stories.map(({ story }: { story: string }) => story)).toEqual(['unheard']);
    const entries = await hearing.entries('');
    expect(entries.map(({ id, position }) => ({ id, position }))).toEqual([{ id: posted.body.id, position: 1 }]);
    expect(await hearing.get('/v1/nowhere')).toMatchObject({ status: 404, body: { type: '/problems/not-found' } });
  },
  journeyLimitMs,
);
