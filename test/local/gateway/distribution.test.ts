import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalSystem } from '../../../local/system.ts';
import { startLocalSystem } from '../../../local/system.ts';
import { apiHost, distribution, distributionTemplate, firewallTemplate } from '../support/distribution-stack.ts';
import type { Workspace } from '../support/fixture-stack.ts';
import { createWorkspace, writeCloudAssembly } from '../support/fixture-stack.ts';

let workspace: Workspace;
let system: LocalSystem;

async function start(template = distributionTemplate(workspace.record), ...others: object[]): Promise<LocalSystem> {
  const { dataFolder, templateFolder } = workspace;
  await writeCloudAssembly(templateFolder, template, firewallTemplate, ...others);
  return startLocalSystem({ port: 0, dataFolder, templateFolder });
}

beforeAll(async () => {
  workspace = await createWorkspace();
  system = await start();
});

afterAll(async () => {
  await system?.stop();
  await workspace.remove();
});

const json = async (path: string, headers: Record<string, string> = {}) =>
  JSON.parse(await (await fetch(`${system.url}${path}`, { headers })).text());
const variables = () => json('/echo?environment');

describe('the distribution of a stack', () => {
  test('is the address in the outputs, but without TLS', () => {
    expect(system.outputs.ApiUrl).toBe(system.url);
  });

  test('runs its function on each request before the API sees it', async () => {
    const { rawQueryString, headers } = await json('/things/1?b=2&a=%31&b=1');
    const { host } = new URL(system.url);
    expect({ rawQueryString, asked: headers['x-asked'] }).toEqual({ rawQueryString: 'b=1&a=%31&b=2', asked: host });
  });

  test('adds the headers of its origin, with the value of the secret, whatever the client sends', async () => {
    const { headers } = await json('/things/1', { 'X-Verify': 'guessed' });
    const { VERIFY } = await variables();
    expect(headers['x-verify']).toBe(VERIFY);
    expect(VERIFY).toMatch(/^[A-Za-z0-9]{40}$/);
  });

  test.each(['/fails', '/loops', '/escapes'])('responds with 503 when its function fails: %s', async (path) => {
    const answer = await fetch(`${system.url}${path}`);
    expect([answer.status, await answer.json()]).toEqual([503, { message: 'The CloudFront function failed.' }]);
  });

  test('is not supported with another origin than the API, or with several functions', async () => {
    const oneOnly =
      'The local system supports one distribution, in front of the API. See local/gateway/distribution.ts.';
    const sameOnly =
      'The local system supports a distribution with the same function and response headers policy on every path. See local/gateway/distribution.ts.';
    const atTheEdge = { 'Fn::GetAtt': ['AtTheEdge', 'FunctionARN'] };
    const other = (settings: object) =>
      distribution(apiHost, { CacheBehaviors: [{ PathPattern: '/a', TargetOriginId: 'api', ...settings }] });
    for (const [Front, message] of [
      [distribution('example.org'), oneOnly],
      [other({ ResponseHeadersPolicyId: { Ref: 'Open' } }), sameOnly],
      [other({ FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: atTheEdge }] }), sameOnly],
    ] as const) {
      const other = await createWorkspace();
      const template = distributionTemplate(other.record);
      await writeCloudAssembly(other.templateFolder, { ...template, Resources: { ...template.Resources, Front } });
      const { dataFolder, templateFolder } = other;
      await expect(startLocalSystem({ port: 0, dataFolder, templateFolder })).rejects.toMatchObject({
        name: 'LocalSystemError',
        message,
      });
      await other.remove();
    }
  });
});

test('a response tells browsers not to guess its type, and nothing about TLS, which this machine has not', async () => {
  const { headers } = await fetch(`${system.url}/things/1`);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('strict-transport-security')).toBeNull();
});

describe('the responses to a page of another origin', () => {
  const Origin = 'https://page.example';
  const corsOf = ({ headers }: Response) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
  const opened = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'etag, link' };

  test.each([
    ['a function', 200, '/things/1'],
    ['a function that fails', 500, '/throwing'],
    ['the authorizer, without a key', 401, '/guarded'],
    ['the authorizer, with another key', 403, '/guarded', { Authorization: 'bad' }],
    ['the gateway, without a route', 404, '/nothing'],
    ['the distribution itself', 503, '/fails'],
  ])('can be read: of %s (%d)', async (_, status, path, headers: Record<string, string> = {}) => {
    const method = path === '/guarded' ? 'POST' : 'GET';
    const answer = await fetch(`${system.url}${path}`, { method, headers: { Origin, ...headers } });
    expect([answer.status, corsOf(answer)]).toEqual([status, opened]);
  });

  test('are as the function has opened them, if it has', async () => {
    const answer = await fetch(`${system.url}/text?open`, { headers: { Origin } });
    expect(corsOf(answer)).toEqual({ 'access-control-allow-origin': 'https://page.example' });
  });

  test('are not opened to a request without an origin', async () => {
    expect(corsOf(await fetch(`${system.url}/things/1`))).toEqual({});
  });
});

describe('a function with reserved concurrency', () => {
  test('runs that many times at once, even while it only waits, and a further request is throttled at once', async () => {
    const finished: number[] = [];
    const ask = async () => {
      const answer = await fetch(`${system.url}/patient`, { headers: { Origin: 'https://page.example' } });
      finished.push(answer.status);
      return answer;
    };
    const asked = Array.from({ length: 7 }, ask);
    await Promise.race(asked);
    const others = await fetch(`${system.url}/things/1`);
    expect([finished, others.status]).toEqual([[503], 200]);
    const answers = await Promise.all(asked);
    const refused = answers.find(({ status }) => status === 503);
    expect(await refused?.json()).toEqual({ message: 'Service Unavailable' });
    expect(refused?.headers.get('access-control-allow-origin')).toBe('*');
    expect(finished).toEqual([503, 200, 200, 200, 200, 200, 200]);
  });
});

describe('the secrets of a stack', () => {
  const file = () => join(workspace.dataFolder, 'secrets.json');

  test('are generated once, readable by their owner only, and the same after a restart', async () => {
    const before = await variables();
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    await system.stop();
    system = await start();
    const after = await variables();
    expect({ VERIFY: after.VERIFY, KEY: after.KEY }).toEqual({ VERIFY: before.VERIFY, KEY: before.KEY });
    expect(before.KEY).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(before.KEY).not.toContain(before.VERIFY);
  });

  test('that are new in a stack are added, and the others stay', async () => {
    const kept = JSON.parse(await readFile(file(), 'utf8'));
    await system.stop();
    await writeFile(file(), JSON.stringify({ Verify: kept.Verify, Former: 'kept too' }));
    system = await start();
    const { VERIFY, KEY } = await variables();
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({ Verify: VERIFY, Key: KEY, Former: 'kept too' });
    expect(VERIFY).toBe(kept.Verify);
  });

  test('are not silently replaced when they cannot be read', async () => {
    await system.stop();
    await writeFile(file(), '{"Verify":');
    await expect(start()).rejects.toMatchObject({
      name: 'LocalSystemError',
      message: `The secrets in ${file()} cannot be read. Delete the file: new secrets are generated, and earlier cursors stop working.`,
    });
  });
});
