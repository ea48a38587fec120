import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Element, JSDOM } from 'jsdom';
import { eventIdOf } from '../../../events/identity.ts';
import { readerScriptPath } from '../../../functions/lib/pages/script/reader-script.ts';
import { developmentWith } from '../../events/samples.ts';
import { problem } from '../../support/expectations/problem.ts';
import { redactionsIn } from '../../support/fixtures/redaction.ts';
import { type Reply, startWorld, type World } from '../../support/world/world.ts';

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const none = `evt_${'a'.repeat(26)}`;

let world: World;
/** Events: one that was corrected, one that was retracted, and one that was taken down. */
let corrected: string;
let retracted: string;
let takenDown: string;
/** Between the first report and the correction. */
let before: string;

const post = async (headline: string, edtf: string, more: object = {}) =>
  (await world.post(developmentWith({ headline, when: { edtf }, ...more }, { subject: 'truce' }))).body.id as string;

async function change(path: string, id: string, body: object): Promise<void> {
  await world.call('POST', `/v1/events/${id}/${path}`, { headers: { 'if-match': '"0"' }, body });
  await world.settle(id);
}

beforeAll(async () => {
  world = await startWorld();
  await world.call('PUT', '/v1/stories/truce', {
    body: { title: 'The <truce>', description: 'How it came about.', timezone: 'Asia/Baku', language: 'en' },
  });
  await world.settle(eventIdOf('/stories', 'truce'));
  await post('A road is open', '2020-10/..', { when: { edtf: '2020-10/..', kind: 'span' } });
  corrected = await post('Peacekeepers deploy', '2020-11-10', {
    quantity: { best: 2000, qualifier: 'nearly', unit: 'soldiers' },
    places: [{ name: 'Lachin', iso3166_2: 'AZ-LAC' }],
  });
  const later = await post('Talks begin', '2020-11-10T14:00:00+03:00', {
    relations: [{ rel: 'under', id: corrected }],
  });
  retracted = await post('A rumour', '2020-12-01');
  takenDown = await post('A secret name', '2020-12-02');
  before = (await world.get(`/v1/events/${later}`)).body.publishedAt;
  await change('corrections', corrected, {
    note: 'The agreement says 1,960.',
    data: { quantity: { best: 1960, qualifier: 'exact', unit: 'soldiers' } },
  });
  await change('retraction', retracted, { note: 'It did not happen.' });
  const { redact } = await redactionsIn(world);
  await redact(takenDown, { note: 'By an order of the court', reason: 'privacy' });
  await world.project();
});
afterAll(() => world.stop());

function documentIn({ text }: Reply): Element {
  const { window } = new JSDOM(text);
  return window.document;
}

const texts = (document: Element, selector: string) =>
  [...document.querySelectorAll(selector)].map(({ textContent }) => textContent);

const show = async (path: string, headers: Record<string, string> = browser) => {
  const reply = await world.get(path, headers);
  return { ...reply, document: documentIn(reply) };
};

const headlines = (document: Element) => texts(document, '.entries :is(h3, h4, h5)');

describe('pages', () => {
  test.each(['/', '/stories/truce', '/corrections'])(
    'such as %s are cached, tagged and in one language',
    async (path) => {
      const { status, headers, document } = await show(path);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'public, max-age=1, stale-while-revalidate=1, stale-if-error=86400',
        'content-language': 'en',
        vary: 'Accept-Language, Accept-Encoding',
      });
      const again = await world.get(path, { 'if-none-match': headers.etag as string });
      expect([again.status, again.text]).toEqual([304, '']);
      expect(texts(document, 'h1')).toHaveLength(1);
      const french = await show(path, { 'accept-language': 'fr-CH, en;q=0.5' });
      expect([french.headers['content-language'], french.document.querySelector('html')?.getAttribute('lang')]).toEqual(
        ['fr', 'fr'],
      );
      expect(french.headers.etag).not.toBe(headers.etag);
      expect((await show(`${path}?language=fr`)).headers.vary).toBe('Accept-Encoding');
    },
  );

  test.each([
    ['/', "'none'", ''],
    ['/stories/truce', "'none'", " script-src 'self'; connect-src 'self';"],
    ['/stories/truce?from=2020', "'none'", ''],
    ['/embed/stories/truce', '*', ''],
    ['/stories/none', "'none'", ''],
  ])(
    'such as %s allow their own style, their script if they have one, and frames of: %s',
    async (path, ancestors, script) => {
      const { headers, document } = await show(path);
      const hash = createHash('sha256').update(texts(document, 'style').join()).digest('base64');
      expect(headers['content-security-policy']).toBe(
        `default-src 'none'; style-src 'sha256-${hash}';${script} img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors ${ancestors}`,
      );
      const scripts = [...document.querySelectorAll('script:not([type="application/ld+json"])')];
      expect(scripts.map((element) => element.getAttribute('src'))).toEqual(script === '' ? [] : [readerScriptPath]);
      expect([...document.querySelectorAll('[style]')]).toEqual([]);
    },
  );

  test('of a story whose first page is plain are below 60 KB with fifty long entries, compressed', async () => {
    const summary = (index: number) =>
      Array.from({ length: 60 }, (_, word) => `word${(index * 61 + word) % 997}`).join(' ');
    const batch = Array.from({ length: 60 }, (_, index) =>
      developmentWith(
        { headline: `Event ${index}`, summary: summary(index), when: { edtf: '2021-01-01' } },
        { subject: 'long', id: `long-${index}` },
      ),
    );
    const { body } = await world.call('POST', '/v1/events', {
      body: batch,
      headers: { 'content-type': 'application/cloudevents-batch+json' },
    });
    await world.settle(...body.results.map(({ id }: { id: string }) => id));
    const { text, document } = await show('/stories/long');
    expect(headlines(document)).toHaveLength(50);
    const { brotliCompressSync } = await import('node:zlib');
    expect(brotliCompressSync(text).length).toBeLessThan(60_000);
    const next = document.querySelector('a[rel=next]')?.getAttribute('href') ?? '';
    expect(headlines((await show(next)).document)).toHaveLength(10);
  });
});

describe('the first page', () => {
  test('says what the site is, to readers and to search engines', async () => {
    const { document } = await show('/');
    const lead = 'Each story day by day: what happened, by which sources, what was corrected, and what is still open.';
    expect(texts(document, 'main .lead')).toEqual([lead]);
    expect(document.querySelector('meta[name=description]')?.getAttribute('content')).toBe(lead);
  });

  test('lists the stories, and what was published and corrected last', async () => {
    const { document } = await show('/');
    expect(texts(document, '.titles a')).toContain('The <truce>');
    const sections = texts(document, '.halves h2').filter((title) => !texts(document, '.titles h2').includes(title));
    expect(sections).toEqual(['Latest changes', 'Corrections']);
    expect(texts(document, '.log strong')).toEqual(['Taken down', 'Retracted', 'Corrected']);
  });
});

describe('the page of a story', () => {
  test('shows what is known now, and what has left with the reason', async () => {
    const { document, text } = await show('/stories/truce');
    expect(headlines(document)).toEqual(['A road is open', 'Peacekeepers deploy', 'Talks begin']);
    expect(texts(document, '.entries time')).toEqual([
      'From October 2020 on (no end is set)',
      '10 November 2020',
      '10 November 2020, 15:00:00 UTC+04:00',
    ]);
    expect(texts(document, '[aria-labelledby=gone] li span')).toEqual([
      'By an order of the court',
      'It did not happen.',
    ]);
    expect(texts(document, '[aria-labelledby=gone] > p')).toEqual(['The content of one event was taken down.']);
    expect(text).not.toContain('secret');
  });

  test('shows apart what began before the range and goes on', async () => {
    const { document } = await show('/stories/truce?from=2020-11&to=2020-11');
    expect(headlines(document)).toEqual(['Peacekeepers deploy', 'Talks begin', 'A road is open']);
    expect(texts(document, '[aria-labelledby=ongoing] h5')).toEqual(['A road is open']);
  });

  test('finds by its form what a reader chooses: the fields that were left empty are no filters', async () => {
    const { document } = await show('/stories/truce');
    const query = new URLSearchParams();
    for (const field of document.querySelectorAll('form [name]')) query.append(field.getAttribute('name') ?? '', '');
    query.set('place', 'AZ-LAC');
    const { status, document: found } = await show(`/stories/truce?${query}`);
    expect([status, headlines(found)]).toEqual([200, ['Peacekeepers deploy']]);
    expect(found.querySelector('option[value=AZ-LAC]')?.getAttribute('selected')).toBe('');
    expect(texts(found, 'option[value=AZ-LAC]')).toEqual(['Lachin (1)']);
    expect(found.querySelector('meta[name=robots]')?.getAttribute('content')).toBe('noindex');
  });

  test('shows what was known at an instant, and marks what has changed since', async () => {
    const { status, headers, document } = await show(`/stories/truce?asOf=${before}`);
    expect([status, headers['cache-control']]).toEqual([200, expect.stringContaining('max-age=1,')]);
    expect(headlines(document)).toEqual(['A road is open', 'Peacekeepers deploy', 'Talks begin']);
    expect(texts(document, '.figures li')).toEqual(['Figure: nearly 2,000 soldiers']);
    expect(texts(document, `#${corrected} .note`)[0]).toMatch(
      /^Changed since \(corrected, .+\): The agreement says 1,960. What changed$/,
    );
  });

  test.each(['/stories/truce?from=2020-11&asOf=2999-01-01', '/corrections?story=truce'])(
    'is found in the other language as it was chosen: %s',
    async (address) => {
      const { document } = await show(address);
      expect([...document.querySelectorAll('footer a[hreflang]')].map((link) => link.getAttribute('href'))).toEqual([
        `https://timeline.example.org${address}&language=fr`,
      ]);
      expect(document.querySelector('head link[hreflang=fr]')?.getAttribute('href')).toBe(
        `https://timeline.example.org${address.split('?')[0]}?language=fr`,
      );
    },
  );

  test('leads from a correction to what was known before it, also by its form', async () => {
    const { document } = await show('/stories/truce?from=2020');
    const [note] = document.querySelectorAll(`#${corrected} .note`);
    const links = [...(note?.querySelectorAll('a') ?? [])];
    expect(links.map(({ textContent }) => textContent)).toEqual(['What changed', 'What was known before']);
    const address = links[1]?.getAttribute('href') ?? '';
    expect(address).toMatch(/^\/stories\/truce\?from=2020&asOf=/);

    const { document: known } = await show(address);
    expect(texts(known, '.figures li')).toEqual(['Figure: nearly 2,000 soldiers']);
    expect(texts(known, `#${corrected} .note`)[0]).toContain('The agreement says 1,960.');

    const form = new URLSearchParams({ asOf: known.querySelector('#asOf')?.getAttribute('value') ?? '' });
    const { status, document: again } = await show(`/stories/truce?${form}`);
    expect([status, texts(again, '[role=note] strong')]).toEqual([200, texts(known, '[role=note] strong')]);
    expect(texts(again, '.figures li')).toEqual(['Figure: nearly 2,000 soldiers']);
  });

  test.each([
    ['', 200],
    ['?asOf=2001-01-01T10:00', 400],
  ])('says when its first event was published (%s)', async (query, answered) => {
    const { body } = await world.get('/v1/changes?story=truce&limit=1');
    const time = { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' } as const;
    const local = new Intl.DateTimeFormat('en-GB', { ...time, timeZone: 'Asia/Baku' });
    const [day, clock] = local.format(Date.parse(body.changes[0].publishedAt)).split(' at ');
    const { status, document } = await show(`/stories/truce${query}`);
    expect([status, texts(document, 'main > p.soft')[0]]).toEqual([
      answered,
      expect.stringContaining(` First published on ${day}, ${clock} UTC+04:00. Last changed on `),
    ]);
    expect(texts(document, '.error')).toEqual(
      answered === 200 ? [] : ['Nothing of this story had been published then.'],
    );
  });

  test.each([
    ['from=foo', 'from'],
    ['asOf=yesterday', 'asOf'],
    ['asOf=2020-02-30T10:00', 'asOf'],
    ['asOf=9999-01-01', null],
    ['asOf=9999-01-01T10:00', 'asOf'],
    ['asOf=2001-01-01T10:00', 'asOf'],
    ['type=nothing', 'type'],
    ['order=up', 'order'],
  ])('answers %s by its form, which names the field', async (query, field) => {
    const { status, headers, document } = await show(`/stories/truce?${query}`);
    const wrong = [...document.querySelectorAll('[aria-invalid]')].map(({ id }) => id);
    expect([status, wrong]).toEqual(field === null ? [200, []] : [400, [field]]);
    expect(headers['cache-control']).toContain(field === null ? 'max-age=1,' : 'no-store');
  });

  const dates =
    'Indiquez un jour, un mois ou une année (2020-11-09, 2020-11 ou 2020). La fin ne peut pas précéder le début.';
  const value = 'Choisissez une valeur de la liste.';
  test.each([
    ['from', 'hier', dates],
    ['to', '2020-13', dates],
    ['asOf', '2001-01-01T10:00', 'Indiquez un jour et une heure déjà passés, après la première publication.'],
    ['asOf', '9999-01-01T10:00', 'Indiquez un jour et une heure déjà passés, après la première publication.'],
    ['q', '!?', 'Indiquez au plus 10 mots, avec des lettres ou des chiffres, en 200 caractères au plus.'],
    ['type', 'nothing', value],
    ['topic', '<b>', value],
    ['status', 'sure', value],
    ['order', 'up', value],
  ])('says in French what its field takes: %s=%s', async (field, typed, words) => {
    const query = new URLSearchParams({ to: '2020', ...{ [field]: typed }, language: 'fr' });
    const { status, document } = await show(`/stories/truce?${query}`);
    const control = document.querySelector(`#${field}`);
    const [option] = texts(document, `#${field} option[selected]`);
    expect([status, texts(document, '.error'), control?.getAttribute('value') ?? null]).toEqual([
      400,
      [words],
      control?.tagName === 'INPUT' ? typed : null,
    ]);
    expect(document.querySelector('#to')?.getAttribute('value')).toBe(field === 'to' ? typed : '2020');
    expect(texts(document, '[role=alert] li')).toEqual([
      `${texts(document, `label[for=${field}]`)[0]}\u00a0: ${words}`,
    ]);
    if (control?.tagName === 'SELECT' && field !== 'order') expect(option?.toLowerCase()).toBe(typed);
    expect(document.querySelector('main [lang=en]:not(h1, p.lead, .titles *)')).toBeNull();
  });

  test('has a day, or a time, of the zone of the story as its instant', async () => {
    const day = new Intl.DateTimeFormat('fr-CA', { timeZone: 'Asia/Baku' }).format(Date.parse(before));
    const { document } = await show(`/stories/truce?asOf=${day}`);
    expect(texts(document, '[role=note] strong')[0]).toMatch(/UTC\+04:00$/);
  });
});

describe('the page of an event', () => {
  test('compares the revisions of each part of its history in the language of the newsroom, and leads on in that of the reader', async () => {
    const { body } = await world.post(
      developmentWith(
        {
          headline: 'A long story',
          summary: 'Draft 0.',
          translations: { fr: { headline: 'Une longue histoire', summary: 'Un brouillon.' } },
        },
        { subject: 'drafts' },
      ),
    );
    const { id } = body;
    for (let revision = 0; revision <= 50; revision += 1) {
      await world.call('POST', `/v1/events/${id}/corrections`, {
        headers: { 'if-match': `"${revision}"` },
        body: { note: 'A better draft.', data: { summary: `Draft ${revision + 1}.` } },
      });
    }
    await world.settle(id);
    const first = await show(`/events/${id}?language=fr`);
    const address = first.document.querySelector('main a[href*=after]')?.getAttribute('href') ?? '';
    expect(address).toBe(`/events/${id}?language=fr&after=49#history`);
    const { document } = await show(address.replace('#history', ''));
    expect(document.querySelector('html')?.getAttribute('lang')).toBe('fr');
    expect(document.querySelector('footer a[hreflang=en]')?.getAttribute('href')).toBe(
      `https://timeline.example.org/events/${id}?language=en&after=49`,
    );
    expect(texts(document, '.diff dt, .diff dd')).toEqual([
      'Résumé',
      'Avant\u00a0: Draft 49.Après\u00a0: Draft 50.',
      'Résumé',
      'Avant\u00a0: Draft 50.Après\u00a0: Draft 51.',
    ]);
  });

  test('that is not there says so in the language that its address names', async () => {
    const { status, document } = await show(`/events/${none}?language=fr`);
    expect([status, document.querySelector('html')?.getAttribute('lang')]).toEqual([404, 'fr']);
    const unknown = await show(`/events/${none}?language=fr&x=1`);
    expect([unknown.status, unknown.document.querySelector('html')?.getAttribute('lang')]).toEqual([400, 'fr']);
  });

  test('shows its facts and, in words, what a correction changed', async () => {
    const { status, document } = await show(`/events/${corrected}`);
    expect(status).toBe(200);
    expect(texts(document, 'h1')).toEqual(['Peacekeepers deploy']);
    expect(texts(document, '.diff dt, .diff dd')).toEqual([
      'Figure',
      'Before: nearly 2,000 soldiersAfter: exactly 1,960 soldiers',
    ]);
  });

  test('leads to the event that it relates to, by its headline', async () => {
    const { body } = await world.get('/v1/timeline?story=truce');
    const { id } = body.entries.find(({ data }: { data: { headline: string } }) => data.headline === 'Talks begin');
    const { document } = await show(`/events/${id}`);
    expect(
      [...document.querySelectorAll('.facts a')].map((link) => [link.getAttribute('href'), link.textContent]),
    ).toEqual([[`/events/${corrected}`, 'Peacekeepers deploy']]);
  });

  test('answers 410 with the reason when it was retracted, and when it was taken down', async () => {
    const gone = await show(`/events/${retracted}`);
    expect([gone.status, gone.headers['cache-control'], texts(gone.document, 'h1')]).toEqual([
      410,
      'no-store',
      ['Retracted'],
    ]);
    expect(texts(gone.document, '.log p')).toContain('It did not happen.');
    const redacted = await show(`/events/${takenDown}`);
    expect([redacted.status, texts(redacted.document, 'h1')]).toEqual([410, ['Taken down']]);
    expect(redacted.text).toContain('to protect the privacy of a person');
    expect(redacted.text).not.toContain('secret');
  });

  test.each([`/events/${none}`, '/events/none', '/stories/none', '/embed/stories/none'])(
    'is a page that says so where there is nothing: %s',
    async (path) => {
      const { status, document } = await show(path);
      expect([status, texts(document, 'h1')]).toEqual([404, ['Not found']]);
    },
  );
});

describe('an address that leads nowhere', () => {
  test('gets a page in a browser, and a problem in a program', async () => {
    const { handler } = await import('../../../functions/unrouted.ts');
    const { gatewayEvent, lambdaContext } = await import('../../support/world/gateway-event.ts');
    const answered = async (headers: Record<string, string>) => {
      const event = gatewayEvent({ path: '/nothing/here', headers, routeKey: '$default' });
      const { statusCode, body = '' } = await handler(event, lambdaContext);
      return { statusCode, body };
    };
    const page = await answered(browser);
    expect([page.statusCode, page.body.startsWith('<!doctype html>')]).toEqual([404, true]);
    for (const headers of [{}, { accept: '*/*' }, { accept: 'application/json' }]) {
      const { statusCode, body } = await answered(headers);
      expect([statusCode, JSON.parse(body)]).toEqual([404, problem(404, 'not-found')]);
    }
  });
});

describe('the page of corrections', () => {
  test('lists them with their reasons, of one story too', async () => {
    const { document } = await show('/corrections?story=truce&from=&to=');
    expect(texts(document, '.log strong')).toEqual(['Taken down', 'Retracted', 'Corrected']);
    expect(texts((await show('/corrections?story=long')).document, '.shown')).toEqual(['There are no corrections.']);
  });

  test('names the field that is wrong', async () => {
    const { status, document } = await show('/corrections?from=foo');
    expect([status, [...document.querySelectorAll('[aria-invalid]')].map(({ id }) => id)]).toEqual([400, ['from']]);
  });

  test('says in French what its fields take, and keeps what was typed', async () => {
    const { status, document } = await show('/corrections?story=Le+sujet&to=2020&language=fr');
    expect([status, texts(document, '.error')]).toEqual([
      400,
      ['Indiquez le sujet comme dans l’adresse de sa page, par exemple\u00a0: karabakh-2020.'],
    ]);
    const values = [...document.querySelectorAll('form input')].map((input) => input.getAttribute('value'));
    expect(values).toEqual(['Le sujet', null, '2020', 'fr']);
  });
});
