/**
 * The calls of the client that commands use, with what they read of the responses. The client has types of its own,
 * which are written when it is built; commands run in a folder where nothing was built. A test compares both.
 */

export interface Entry {
  readonly id: string;
  readonly revision: number;
  readonly publishedAt: string;
  readonly newsroom: string;
  readonly type: string;
  readonly story: string;
  readonly unlisted?: readonly string[];
  readonly when: { readonly edtf: string; readonly tz: string; readonly kind: 'point' | 'span' };
  readonly related?: readonly { readonly rel: string; readonly id: string }[];
  readonly data: {
    readonly headline: string;
    readonly stories?: readonly string[];
    readonly relations?: readonly unknown[];
  };
  /** In an answer for a range of time. */
  readonly certainty?: 'certain' | 'possible';
}

export interface Acknowledgement {
  readonly id: string;
  readonly revision: number;
  readonly warnings?: readonly { readonly pointer: string; readonly detail: string }[] | undefined;
}

export interface Change {
  readonly position: number;
  readonly publishedAt: string;
  readonly change: string;
  readonly id: string;
  readonly story: string | null;
  readonly note: string | null;
  readonly entry: object | null;
}

export interface EventRevision {
  readonly revision: number;
  readonly kind: string;
  readonly note: string | null;
  readonly newsroom: string;
  readonly publishedAt: string;
  readonly changed: readonly { readonly pointer: string; readonly before?: unknown; readonly after?: unknown }[];
  readonly entry: object | null;
}

export interface HeldEvent {
  readonly id: string;
  readonly publishAt: string;
  readonly status: string;
  readonly conflict: { readonly detail: string } | null;
  readonly event: object;
}

export interface Endpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly status: string;
  readonly settledThrough: number;
  readonly backlog: number;
}

export interface Delivery {
  readonly position: number;
  readonly id: string;
  readonly status: string;
  readonly change: string;
}

interface Amounts {
  readonly events: number;
  readonly changes: number;
  readonly bytes: number;
}

export interface Newsroom {
  readonly newsroom: string;
  readonly key: { readonly id: string; readonly scopes: readonly string[]; readonly stories: readonly string[] };
  readonly usage: { readonly day: string; readonly used: Amounts; readonly limits: Amounts } | null;
  readonly stories: readonly { readonly story: string; readonly title: string }[];
  readonly storiesAreMore: boolean;
  readonly heldEvents: { readonly events: number; readonly next: string | null } | null;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;
interface Trial {
  readonly dryRun?: boolean;
}

export interface TimelineApi {
  walk(query: Query): AsyncGenerator<Entry>;
  timeline(query: Query): Promise<{ readonly entries: readonly Entry[]; readonly nextCursor: string | null }>;
  document(query: Query): Promise<Response>;
  story(slug: string, query?: { readonly asOf?: string }): Promise<object>;
  event(id: string, query?: { readonly revision?: number; readonly asOf?: string }): Promise<Entry>;
  history(
    id: string,
    query?: { readonly after?: number },
  ): Promise<{ readonly revisions: readonly EventRevision[]; readonly next?: number }>;
  changes(query: Query): Promise<{ readonly next: number; readonly head: number }>;
  walkChanges(query: Query): AsyncGenerator<Change>;
  follow(query: object & { readonly after?: number; readonly signal?: AbortSignal }): AsyncGenerator<Change>;
  health(): Promise<{ readonly status: string; readonly position: number }>;
  post(event: object, query?: Trial): Promise<Acknowledgement>;
  postAll(
    events: readonly object[],
    query?: Trial,
  ): Promise<{
    readonly results: readonly { readonly id: string; readonly revision: number; readonly outcome: string }[];
    readonly warnings?: Acknowledgement['warnings'];
  }>;
  correct(id: string, revision: number, body: object, query?: Trial): Promise<Acknowledgement>;
  retract(id: string, revision: number, note: string, query?: Trial): Promise<Acknowledgement>;
  redact(
    id: string,
    body: object,
    query?: Trial,
  ): Promise<{
    readonly id: string;
    readonly revision: number;
    readonly reaches?: { readonly revisions: readonly number[]; readonly stories: readonly string[] } | undefined;
  }>;
  newsroom(): Promise<Newsroom>;
  readonly held: {
    hold(event: object, publishAt: string, query?: Trial): Promise<HeldEvent>;
    walk(): AsyncGenerator<HeldEvent>;
    list(query?: { readonly limit?: number }): Promise<object>;
    read(id: string): Promise<HeldEvent>;
    release(id: string): Promise<Acknowledgement>;
    retract(id: string): Promise<void>;
  };
  readonly endpoints: {
    create(body: object): Promise<Endpoint & { readonly secret: string }>;
    walk(): AsyncGenerator<Endpoint>;
    list(query?: { readonly limit?: number }): Promise<object>;
    read(id: string): Promise<Endpoint>;
    change(id: string, body: object): Promise<Endpoint>;
    delete(id: string): Promise<void>;
    verify(id: string): Promise<Endpoint>;
    ping(id: string): Promise<Endpoint>;
    enable(id: string, body?: object): Promise<Endpoint>;
    disable(id: string): Promise<Endpoint>;
    rotateSecret(
      id: string,
      body?: object,
    ): Promise<{ readonly id: string; readonly secret: string; readonly previousSecretExpiresAt: string | null }>;
    deliveries(
      id: string,
      query?: Query,
    ): Promise<{ readonly deliveries: readonly Delivery[]; readonly nextCursor: string | null }>;
    redeliver(id: string, position: number): Promise<Delivery>;
    replay(
      id: string,
      body: object,
    ): Promise<{ readonly from: number; readonly to: number; readonly endpoint: Endpoint }>;
  };
}
