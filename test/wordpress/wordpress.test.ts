import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureDevelopmentKey } from '../../commands/api/development-key.ts';
import { installPackages } from '../../local/install.mjs';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { clientOf } from '../journeys/support/client.ts';
import { temporaryFolder } from '../journeys/support/temporary-folder.ts';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';

const limitMs = 300_000;
const program = join(import.meta.dirname, 'support', 'run-wordpress.mjs');
const nobody = 'http://127.0.0.1:9';
const hook = 'wp_after_insert_post';

/** An API that does what it is asked, and whose responses are lost. */
const losing = createServer(async (request, response) => {
  const { method = 'GET', headers, url = '' } = request;
  const { authorization = '' } = headers;
  const body = await text(request);
  const type = { authorization, 'content-type': 'application/json' };
  await (await fetch(`${system.url}${url}`, { method, headers: type, ...(body && { body }) })).text();
  response.destroy();
});

/** What a step leaves: what the editor sees above the post, its fields, and what is to run later. */
interface Site {
  readonly notice: string;
  readonly errors: string;
  readonly exitCode: number;
  readonly meta: Readonly<Record<string, string>>;
  readonly scheduled: readonly unknown[];
}

const data = await temporaryFolder();
let system: LocalSystem;
let key: string;

beforeAll(async () => {
  installPackages(import.meta.dirname, {
    announcement: 'Installing PHP for the test of the example for WordPress with "npm ci". This happens once …',
  });
  system = await startLocalSystem({
    port: 0,
    dataFolder: data.path,
    templateFolder: await synthesizedStack(),
    warm: false,
  });
  key = await ensureDevelopmentKey(data.path, system.endpoint, system.outputs.AccessTable ?? '');
}, limitMs);
afterAll(async () => {
  await system?.stop();
  await data.remove();
});

/** A site in which editors work, step by step. */
function startSite() {
  const php = spawn(process.execPath, [program, system.url, key], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: php.stdout })[Symbol.asyncIterator]();
  return {
    step: async (step: object): Promise<Site> => {
      php.stdin.write(`${JSON.stringify(step)}\n`);
      const { value } = await answers.next();
      await system.whenIdle();
      const site: Site = JSON.parse(String(value));
      expect({ errors: site.errors, exitCode: site.exitCode }).toEqual({ errors: '', exitCode: 0 });
      return site;
    },
    close: () => php.stdin.end(),
  };
}

test(
  'posts of WordPress are recorded, corrected with a note, and retracted with the trash',
  async () => {
    const { step, close } = startSite();
    const post = {
      ID: 7,
      post_type: 'post',
      post_status: 'publish',
      post_title: 'Cracks &amp; rust',
      post_excerpt: '',
    };
    const entries = () => clientOf(system.url).entries('story=harbour-bridge');
    const error = (text: string) => `<div class="notice notice-error"><p>Timeline: ${text}</p></div>`;

    expect(await step({ post: { ...post, ID: 8 }, hook })).toMatchObject({ notice: '', meta: [] });
    const draft = { ...post, post_status: 'draft' };
    const meta = { timeline_story: 'harbour-bridge', timeline_when: '2024-06' };
    expect(await step({ post: draft, meta, hook })).toMatchObject({ notice: '', meta });
    expect(await entries()).toEqual([]);

    const published = await step({ post, hook });
    expect(published).toMatchObject({ notice: '', scheduled: [], meta: { ...meta, _timeline_revision: '0' } });
    expect(await entries()).toMatchObject([
      {
        id: published.meta._timeline_event,
        revision: 0,
        type: 'development.reported',
        when: { edtf: '2024-06', tz: 'Europe/Oslo' },
        data: {
          headline: 'Cracks & rust',
          language: 'en-GB',
          status: 'reported',
          sources: [{ url: 'https://news.example.org/?p=7', publisher: 'Harbour & News' }],
        },
      },
    ]);

    const changed = { ID: 7, post_title: 'Cracks' };
    expect((await step({ post: changed, hook })).notice).toBe(
      error('409: The record has another /data/headline. To correct it, say why in timeline_note.'),
    );
    const unreached = await step({ post: { ID: 7 }, meta: { timeline_note: 'No rust.' }, hook, url: nobody });
    expect(unreached).toMatchObject({ meta: { timeline_note: 'No rust.' }, scheduled: [['timeline_send_again', [7]]] });
    const corrected = await step({ post: { ID: 7 }, hook: 'timeline_send_again' });
    expect(corrected).toMatchObject({ notice: '', meta: { _timeline_revision: '1' } });
    expect(corrected.meta).not.toHaveProperty('timeline_note');
    expect(await entries()).toMatchObject([{ revision: 1, data: { headline: 'Cracks' } }]);

    // Somebody corrects it by other means, so the post knows an earlier revision.
    const id = published.meta._timeline_event;
    const byHand = await fetch(`${system.url}/v1/events/${id}/corrections`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'if-match': '"1"' },
      body: JSON.stringify({ note: 'By hand.', data: { status: 'confirmed' } }),
    });
    expect(byHand.status).toBe(201);
    await system.whenIdle();
    expect(await step({ post: { ID: 7, post_status: 'trash' }, hook: 'trashed_post' })).toMatchObject({ notice: '' });
    expect(await entries()).toEqual([]);
    const gone = await fetch(`${system.url}/v1/events/${id}`);
    expect([gone.status, await gone.json()]).toMatchObject([410, { note: 'The newsroom has withdrawn this.' }]);

    expect((await step({ post: { ID: 7, post_status: 'publish' }, hook })).notice).toBe(
      error('409: This event was retracted, which is final. Put the event under a new id.'),
    );
    close();
  },
  limitMs,
);

test(
  'a post is retracted if it is in the trash, also if a response was lost',
  async () => {
    await new Promise<void>((resolve) => losing.listen(0, '127.0.0.1', resolve));
    const { step, close } = startSite();
    try {
      const url = `http://127.0.0.1:${(losing.address() as AddressInfo).port}`;
      const post = { ID: 9, post_type: 'post', post_status: 'publish', post_title: 'A bridge', post_excerpt: '' };
      const meta = { timeline_story: 'lost-response', timeline_when: '2024-07' };
      const entries = () => clientOf(system.url).entries('story=lost-response');
      const trash = { post: { ID: 9, post_status: 'trash' }, hook: 'trashed_post' };

      const sent = await step({ post, meta, hook, url });
      expect(sent.scheduled).toEqual([['timeline_send_again', [9]]]);
      expect(await entries()).toMatchObject([{ revision: 0, data: { headline: 'A bridge' } }]);
      expect((await step({ ...trash, url: nobody })).scheduled).toEqual([['timeline_retract_again', [9]]]);
      expect(await step({ ...trash, hook: 'timeline_retract_again' })).toMatchObject({ notice: '', scheduled: [] });
      expect(await entries()).toEqual([]);

      // One that is published again before its retraction got through stays.
      const restored = { ...post, ID: 11, post_title: 'Another bridge' };
      await step({ post: restored, meta, hook });
      const unreached = await step({ post: { ID: 11, post_status: 'trash' }, hook: 'trashed_post', url: nobody });
      expect(unreached.scheduled).toEqual([['timeline_retract_again', [11]]]);
      expect(await step({ post: restored, hook })).toMatchObject({ notice: '', scheduled: [] });
      expect(await step({ post: restored, hook: 'timeline_retract_again' })).toMatchObject({ notice: '' });
      expect(await entries()).toMatchObject([{ revision: 0, data: { headline: 'Another bridge' } }]);

      // One that never arrived has nothing to take back.
      await step({ post: { ...post, ID: 10 }, meta, hook, url: nobody });
      const unsent = { post: { ID: 10, post_status: 'trash' }, hook: 'trashed_post' };
      expect(await step(unsent)).toMatchObject({ notice: '', scheduled: [] });
    } finally {
      close();
      losing.close();
    }
  },
  limitMs,
);
