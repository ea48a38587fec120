/** What the API answered; the body parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer
  readonly body: any;
}

export interface Client {
  get(path: string): Promise<Answer>;
  send(method: string, path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** All entries of a timeline, page after page of at most `limit`. */
  entries(query: string, limit?: number): Promise<Answer['body'][]>;
  /** The whole feed, page after page. */
  changes(): Promise<Answer['body'][]>;
}

const largestPage = 500;

/** The API as its users have it: over HTTP, with a key for what is written. */
export function clientOf(url: string, key = ''): Client {
  async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(new URL(path, url), init);
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  async function found(path: string): Promise<Answer['body']> {
    const { status, body } = await ask(path);
    if (status !== 200) throw new Error(`${path} was answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  return {
    get: (path) => ask(path),
    send: (method, path, body, headers = {}) =>
      ask(path, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    async entries(query, limit = largestPage) {
      const all = [];
      for (let cursor = ''; ; ) {
        const { entries, nextCursor } = await found(`/v1/timeline?limit=${limit}&${query}${cursor}`);
        all.push(...entries);
        if (nextCursor === null) return all;
        cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
      }
    },
    async changes() {
      const all = [];
      for (let after = 0; ; ) {
        const { changes, next, head } = await found(`/v1/changes?limit=${largestPage}&after=${after}`);
        all.push(...changes);
        if (next >= head) return all;
        after = next;
      }
    },
  };
}
