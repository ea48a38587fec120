import { endpointCalls } from './endpoints.ts';
import { heldCalls } from './held.ts';
import { type Request, type Requester, requester } from './request.ts';
import type {
  Acknowledgement,
  BatchResults,
  Change,
  Changes,
  ChangesQuery,
  Correction,
  CorrectionBody,
  Corrections,
  CorrectionsQuery,
  Counts,
  CountsQuery,
  Entry,
  Event,
  Facets,
  FacetsQuery,
  Health,
  History,
  Newsroom,
  RedactionBody,
  RedactionProgress,
  Stories,
  Story,
  StoryAcknowledgement,
  StoryBody,
  Timeline,
  TimelineQuery,
} from './schemas.ts';
import { baseOf, keyOf } from './settings.ts';
import { type Wait, walkChanges, walkPages } from './walk.ts';

export interface ClientOptions {
  /** Address of the API, such as https://timeline.example.org. */
  readonly url: string;
  /** An API key. Reading needs none. */
  readonly key?: string | undefined;
  /** How often a request is sent again, where that is safe. Default: 4. */
  readonly retries?: number;
  /** How long a response may take, and then its body; milliseconds. Default: 60,000. */
  readonly timeoutMs?: number;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** The timeline as JSON, page by page. */
type PageQuery = Omit<TimelineQuery, 'format' | 'language'>;

type Follow = Omit<ChangesQuery, 'limit'> & { readonly signal?: AbortSignal };

const eventPath = (id: string) => `/v1/events/${encodeURIComponent(id)}`;
const storyPath = (slug: string) => `/v1/stories/${encodeURIComponent(slug)}`;

/** An event with an id, so that a retry is recognized. */
const identified = (event: Event): Event => ({ ...event, id: event.id ?? crypto.randomUUID() });

/** With `dryRun`, the API decides what it would do, and does not do it. */
export interface Trial {
  readonly dryRun?: boolean;
}

function readingCalls({ request, respond }: Requester, wait: Wait | undefined) {
  const timeline = (query: PageQuery = {}) => request<Timeline>({ path: '/v1/timeline', query });
  const corrections = (query: CorrectionsQuery = {}) => request<Corrections>({ path: '/v1/corrections', query });
  const changes = (query: ChangesQuery = {}) => request<Changes>({ path: '/v1/changes', query });
  return {
    /** One page of a timeline. */
    timeline,
    /** All entries of a timeline, as of the moment at which the walk began. */
    walk: (query: Omit<PageQuery, 'cursor'> = {}): AsyncGenerator<Entry> =>
      walkPages(
        (cursor) => timeline({ ...query, ...cursor }),
        (page) => page.entries,
      ),
    /** A timeline in any format, such as `csv`. The header `timeline-truncated` is present if it ends early. */
    document: (query: TimelineQuery): Promise<Response> => respond({ path: '/v1/timeline', query, accept: '*/*' }),
    /** How many entries a timeline has by day, month or year. */
    counts: (query: CountsQuery) => request<Counts>({ path: '/v1/timeline/counts', query }),
    /** The values by which a timeline can be filtered, with names and counts. */
    facets: (query: FacetsQuery = {}) => request<Facets>({ path: '/v1/timeline/facets', query }),
    /** An event, as it is now or as of a revision or an instant. */
    event: (id: string, query: { readonly revision?: number; readonly asOf?: string } = {}) =>
      request<Entry>({ path: eventPath(id), query }),
    /** Revisions of an event. Ask with `after` for those behind a page. */
    history: (id: string, query: { readonly after?: number } = {}) =>
      request<History>({ path: `${eventPath(id)}/history`, query }),
    /** One page of the stories. */
    stories: (query: { readonly limit?: number; readonly cursor?: string; readonly asOf?: string } = {}) =>
      request<Stories>({ path: '/v1/stories', query }),
    /** Whether the timelines show what has been published. */
    health: () => request<Health>({ path: '/v1/health' }),
    story: (slug: string, query: { readonly asOf?: string } = {}) => request<Story>({ path: storyPath(slug), query }),
    /** One page of the corrections, the newest first. */
    corrections,
    walkCorrections: (query: Omit<CorrectionsQuery, 'cursor'> = {}): AsyncGenerator<Correction> =>
      walkPages(
        (cursor) => corrections({ ...query, ...cursor }),
        (page) => page.corrections,
      ),
    /** One page of the changes after a position. */
    changes,
    /** The changes after a position, to the end of the record. */
    walkChanges: (query: ChangesQuery = {}): AsyncGenerator<Change> => walkChanges(changes, query),
    /**
     * The changes after a position, and then each new one, until the signal aborts. It goes on after broken connections
     * and errors of the server. Keep `position` of the last change that you have dealt with, and begin with it as
     * `after` next time.
     *
     * @throws {TimelineError} if a request is refused, as for a wrong filter, or the answer is not one of this API
     */
    follow: ({ signal, ...query }: Follow = {}): AsyncGenerator<Change> =>
      walkChanges(changes, query, { wait, ...(signal && { signal }) }),
  };
}

function writingCalls(request: Request) {
  const change = (path: string, body: object, revision: number, query?: Trial) =>
    request<Acknowledgement>({ method: 'POST', path, query, body, revision, isIdempotent: true });
  return {
    /**
     * Posts an event. One without an `id` gets a random one, so that it is stored once even if it has to be sent again.
     */
    post: (event: Event, query?: Trial) =>
      request<Acknowledgement>({
        method: 'POST',
        path: '/v1/events',
        query,
        body: identified(event),
        isIdempotent: true,
      }),
    /** Posts several events, which are published in their order. The outcome of each is in the results. */
    postAll: (events: readonly Event[], query?: Trial) =>
      request<BatchResults>({
        method: 'POST',
        path: '/v1/events',
        query,
        body: events.map(identified),
        isIdempotent: true,
      }),
    /** @param revision the revision that the correction builds on */
    correct: (id: string, revision: number, body: CorrectionBody, query?: Trial) =>
      change(`${eventPath(id)}/corrections`, body, revision, query),
    /** @param revision the revision that the retraction builds on */
    retract: (id: string, revision: number, note: string, query?: Trial) =>
      change(`${eventPath(id)}/retraction`, { note }, revision, query),
    /** Takes the content of an event down, or of some of its revisions. It cannot be undone. */
    redact: (id: string, body: RedactionBody, query?: Trial) =>
      request<RedactionProgress>({
        method: 'POST',
        path: `${eventPath(id)}/redaction`,
        query,
        body,
        isIdempotent: true,
      }),
    describeStory: (slug: string, body: StoryBody, query?: Trial) =>
      request<StoryAcknowledgement>({ method: 'PUT', path: storyPath(slug), query, body, isIdempotent: true }),
  };
}

/**
 * A client of the Timeline API, for Node, browsers and workers. Every method that is no iterator sends one request, and
 * sends it again after a failure in passing where that is safe.
 *
 * @throws {TypeError} if `url` is no address of http or https, or `key` fits in no header: no attempt would ever
 *   succeed
 * @example const timeline = timelineClient({ url: 'http://127.0.0.1:3000' }); for await (const { data } of
 *   timeline.walk({ story: ['karabakh-2020'], from: '2020-12' })) console.log(data.headline);
 */
export function timelineClient(options: ClientOptions) {
  const { url, key, retries = 4, timeoutMs = 60_000, fetch = globalThis.fetch } = options;
  // A browser refuses to call its fetch as a method of another object.
  const door = requester({
    base: baseOf(url),
    key: keyOf(key),
    retries,
    timeoutMs,
    fetch: (input, init) => fetch(input, init),
  });
  const { request } = door;
  const wait: Wait | undefined =
    key === undefined
      ? undefined
      : (query, signal) => request<Changes>({ path: '/v1/changes/wait', query, retries: 0, signal });
  return {
    ...readingCalls(door, wait),
    ...writingCalls(request),
    /** What the key may do, and what its newsroom has used, owns, holds and sends to. */
    newsroom: () => request<Newsroom>({ path: '/v1/newsroom' }),
    held: heldCalls(request),
    endpoints: endpointCalls(request),
  };
}

export type TimelineClient = ReturnType<typeof timelineClient>;
