import { probe } from './probe.ts';

/** A request per scope that writes nothing: reads, and dry runs that are refused for what they lack. */
const requests = {
  'events:write': ['/v1/held-events?limit=1', 'GET', undefined],
  'events:redact': ['/v1/events/evt_aaaaaaaaaaaaaaaaaaaaaaaaaa/redaction', 'GET', undefined],
  'stories:write': ['/v1/stories/no-such-story?dryRun=true', 'PUT', {}],
  'webhooks:manage': ['/v1/webhook-endpoints?limit=1', 'GET', undefined],
} as const;

/** What a key may do. */
export interface KeyScopes {
  readonly isValid: boolean;
  readonly scopes: readonly string[];
  /** What the API says if the quota of the newsroom is used up. */
  readonly quota?: string;
}

/** Finds what a key may do by trying. The API does not say it. */
export async function keyScopes(url: string, key: string): Promise<KeyScopes> {
  const scopes: string[] = [];
  let isValid = true;
  let quota: string | undefined;
  for (const [scope, [path, method, body]] of Object.entries(requests)) {
    const { status, body: answer } = await probe(url, key, path, method, body);
    // The gateway refuses an unknown key with a message alone; the API refuses a scope with a problem.
    if (status === 401 || (status === 403 && answer?.type === undefined)) isValid = false;
    else if (status !== 403) scopes.push(scope);
    if (status === 429 && answer?.type === '/problems/quota-exceeded') quota = String(answer.detail);
  }
  return { isValid, scopes: isValid ? scopes : [], ...(quota !== undefined && { quota }) };
}
