import { isLoopbackHost } from '../../local/loopback-request.ts';
import { type Answer, ApiClient, CheckFailed } from './api-client.ts';

/** What a check found. */
export interface Outcome {
  readonly state: 'ok' | 'failed' | 'skipped';
  readonly name: string;
  readonly detail: string;
}

export interface JourneyOptions {
  readonly url: string;
  readonly key: string;
  /** The address of a receiver of webhooks that agrees to be verified. */
  readonly receiver?: string;
  /** A story that has no events, and is used for nothing else. */
  readonly story: string;
  /** How long a change may take to be visible, in milliseconds. */
  readonly waitMs: number;
  /** Ends the checks. What they have made is cleaned up. */
  readonly stopping?: AbortSignal;
}

/** All checks together may take so much longer than one wait. */
const limitMs = 60_000;
/** Cleaning up has a time of its own, so that it is done whatever went wrong. */
const cleaningMs = 30_000;
const cacheAttempts = 10;

/** The start of the media type of each format, and a text that a document with an event in it has. */
const formats = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  geojson: 'application/geo+json',
  jsonfeed: 'application/feed+json',
  atom: 'application/atom+xml',
  rss: 'application/rss+xml',
  ics: 'text/calendar',
  timelinejs: 'application/vnd.knightlab.timelinejs+json',
} as const;

const headlines = ['Smoke test of the timeline', 'Smoke test, corrected'] as const;
const headlinesIn = ({ json }: Answer): readonly unknown[] =>
  (json?.entries ?? []).map((entry: { data?: { headline?: unknown } }) => entry.data?.headline);

const cachingOf = ({ headers }: Answer) => headers.get('cache-control') ?? 'nothing';

function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new CheckFailed(otherwise);
}

/** The main journey through a system, in a story of its own. Each check ends with a sentence about what works. */
class Journey {
  readonly #client: ApiClient;
  readonly #options: JourneyOptions;
  readonly #timeline: string;
  #eventId = '';
  /** The latest revision that was acknowledged. */
  #revision = 0;
  #firstPublishedAt = '';
  #endpoint = '';

  constructor(options: JourneyOptions) {
    this.#options = options;
    this.#client = new ApiClient(options.url, options.key, {
      waitMs: options.waitMs,
      limitMs: limitMs + options.waitMs,
      stopping: options.stopping,
    });
    this.#timeline = `/v1/timeline?story=${options.story}`;
  }

  get hasEvent(): boolean {
    return this.#eventId !== '';
  }

  async health(): Promise<string> {
    const { json } = await this.#client.expect([200], '/v1/health');
    must(json?.status === 'ok', `/v1/health says ${json?.status} instead of ok`);
    return 'the system says that it works';
  }

  async refusesStrangers(): Promise<string> {
    await this.#client.expect([401], '/v1/events', { method: 'POST', body: this.#event(), withKey: false });
    return 'a write without a key is refused';
  }

  async append(): Promise<string> {
    const { json } = await this.#client.expect([201], '/v1/events', { method: 'POST', body: this.#event() });
    must(typeof json?.id === 'string' && json.revision === 0, 'POST /v1/events does not return the event');
    this.#eventId = json.id;
    return `${this.#eventId} is stored`;
  }

  async replay(): Promise<string> {
    const { json } = await this.#client.expect([200], '/v1/events', { method: 'POST', body: this.#event() });
    must(json?.id === this.#eventId && json.revision === 0, 'the same event, sent again, gets another id or revision');
    return 'the same event, sent again, is stored once';
  }

  async timeline(): Promise<string> {
    const { json } = await this.#client.until(this.#timeline, 'the event', (answer) => headlinesIn(answer).length > 0);
    must(
      json.entries.length === 1 && json.entries[0].id === this.#eventId,
      `the timeline of the story has ${json.entries.length} entries, and not only the event`,
    );
    this.#firstPublishedAt = json.entries[0].publishedAt;
    return 'the timeline shows the event';
  }

  async subscribe(): Promise<string> {
    const { receiver, story } = this.#options;
    const { json } = await this.#client.expect([201], '/v1/webhook-endpoints', {
      method: 'POST',
      body: { url: receiver, description: 'Smoke test', filter: { stories: [story] } },
    });
    this.#endpoint = json.id;
    await this.#client.until(
      `/v1/webhook-endpoints/${this.#endpoint}`,
      'a verified endpoint',
      ({ json: endpoint }) => endpoint?.status === 'active',
      true,
    );
    return `${receiver} has agreed to receive messages`;
  }

  async correct(): Promise<string> {
    const { json } = await this.#client.expect([201], `/v1/events/${this.#eventId}/corrections`, {
      method: 'POST',
      headers: { 'if-match': '"0"' },
      body: { note: 'Corrected by the smoke test.', data: { headline: headlines[1] } },
    });
    this.#revision = json?.revision;
    await this.#client.until(this.#timeline, 'the correction', (answer) => headlinesIn(answer)[0] === headlines[1]);
    return 'the timeline shows the correction';
  }

  async asOf(): Promise<string> {
    must(this.#firstPublishedAt !== '', 'the instant of the first revision is not known');
    const path = `${this.#timeline}&asOf=${this.#firstPublishedAt}`;
    const answer = await this.#client.expect([200], path);
    must(headlinesIn(answer)[0] === headlines[0], `${path} does not show what the record said then`);
    const caching = cachingOf(answer);
    must(
      this.#isLocal(answer) || /\bimmutable\b/.test(caching),
      `a response about the past may be cached as "${caching}", which is not immutable`,
    );
    return 'the record as of before the correction is the same as before, and never changes';
  }

  async formats(): Promise<string> {
    const [, corrected] = headlines;
    for (const [format, type] of Object.entries(formats)) {
      const path = `${this.#timeline}&format=${format}`;
      const { headers, text } = await this.#client.expect([200], path);
      const sent = headers.get('content-type') ?? 'nothing';
      must(sent.startsWith(type), `${path} has the type ${sent} instead of ${type}`);
      // Calendars fold long lines, and escape the comma.
      const isIn =
        text.includes(corrected) || text.replaceAll(/\r?\n[ \t]/g, '').includes(corrected.replace(',', '\\,'));
      must(isIn, `${path} does not have the event`);
    }
    return `${Object.keys(formats).join(', ')}`;
  }

  async caching(): Promise<string> {
    const first = await this.#client.expect([200], this.#timeline);
    const tag = first.headers.get('etag');
    must(tag !== null, 'a response has no ETag');
    await this.#client.expect([304], this.#timeline, { headers: { 'if-none-match': tag } });
    if (this.#isLocal(first)) return 'an ETag is recognized; a local system is not cached';
    const caching = cachingOf(first);
    must(/\bmax-age=1\b/.test(caching), `a live response may be cached as "${caching}", instead of max-age=1`);
    for (let attempt = 0; attempt < cacheAttempts; attempt += 1) {
      const { headers } = await this.#client.expect([200], this.#timeline);
      if (/\bhit\b/i.test(headers.get('x-cache') ?? '')) {
        return 'an ETag is recognized, and the content delivery network answers repeated requests';
      }
    }
    throw new CheckFailed(`the content delivery network answers none of ${cacheAttempts} repeated requests`);
  }

  async webhook(): Promise<string> {
    await this.#client.until(
      `/v1/webhook-endpoints/${this.#endpoint}/deliveries`,
      'an acknowledged message about the correction',
      ({ json }) =>
        (json?.deliveries ?? []).some(
          ({ id, status }: { id: string; status: string }) =>
            id === `${this.#eventId}_${this.#revision}` && status === 'acknowledged',
        ),
      true,
    );
    return 'the receiver has acknowledged the correction';
  }

  async unsubscribe(): Promise<string> {
    this.#client.restart(cleaningMs);
    if (this.#endpoint === '') return 'there is no endpoint to delete';
    await this.#client.expect([204], `/v1/webhook-endpoints/${this.#endpoint}`, { method: 'DELETE' });
    return 'the endpoint is deleted';
  }

  async retract(): Promise<string> {
    this.#client.restart(cleaningMs);
    await this.#client.expect([201], `/v1/events/${this.#eventId}/retraction`, {
      method: 'POST',
      headers: { 'if-match': `"${this.#revision}"` },
      body: { note: 'Retracted by the smoke test.' },
    });
    await this.#client.until(this.#timeline, 'an empty story', (answer) => headlinesIn(answer).length === 0);
    return `${this.#eventId} is retracted. That it was there stays on the record`;
  }

  /** On a local system nothing is cached, so that no browser shows what is no more. */
  #isLocal(answer: Answer): boolean {
    return isLoopbackHost(new URL(this.#options.url).host) && cachingOf(answer) === 'no-store';
  }

  /** The same on every attempt, so that it can be replayed. */
  #event() {
    return {
      type: 'development.reported',
      id: this.#options.story,
      subject: this.#options.story,
      data: {
        when: { edtf: '2020-11-10', tz: 'UTC' },
        headline: headlines[0],
        status: 'reported',
        sources: [{ url: 'https://example.org/smoke', publisher: 'Smoke test' }],
      },
    };
  }
}

/** Runs the checks in turn, and cleans up whatever went wrong. */
export async function* runJourney(options: JourneyOptions): AsyncGenerator<Outcome> {
  const journey = new Journey(options);
  const attempt = async (name: string, work: () => Promise<string>): Promise<Outcome> => {
    try {
      return { state: 'ok', name, detail: await work.call(journey) };
    } catch (error) {
      if (error instanceof CheckFailed) return { state: 'failed', name, detail: error.message };
      // A response of another form than any check expects.
      if (error instanceof TypeError)
        return { state: 'failed', name, detail: `a response is malformed: ${error.message}` };
      throw error;
    }
  };
  const skipped = (name: string, detail: string): Outcome => ({ state: 'skipped', name, detail });
  const { receiver, stopping } = options;
  const check = async (name: string, work: () => Promise<string>) =>
    stopping?.aborted ? skipped(name, 'it was stopped') : attempt(name, work);
  yield await check('health', journey.health);
  yield await check('refusal', journey.refusesStrangers);
  yield await check('append', journey.append);
  const onTheEvent = [
    ['replay', journey.replay],
    ['timeline', journey.timeline],
    ...(receiver === undefined ? [] : ([['subscribe', journey.subscribe]] as const)),
    ['correct', journey.correct],
    ['as-of', journey.asOf],
    ['formats', journey.formats],
    ['caching', journey.caching],
    ...(receiver === undefined ? [] : ([['webhook', journey.webhook]] as const)),
  ] as const;
  for (const [name, work] of onTheEvent) {
    yield journey.hasEvent ? await check(name, work) : skipped(name, 'there is no event');
  }
  if (receiver === undefined) yield skipped('webhook', 'no receiver is given');
  else yield await attempt('unsubscribe', journey.unsubscribe);
  yield journey.hasEvent ? await attempt('retract', journey.retract) : skipped('retract', 'there is no event');
}
