import { serve } from '../../support/world/served-world.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8; header=present',
  geojson: 'application/geo+json',
  jsonfeed: 'application/feed+json',
  atom: 'application/atom+xml; charset=utf-8',
  rss: 'application/rss+xml; charset=utf-8',
  ics: 'text/calendar; charset=utf-8',
  timelinejs: 'application/vnd.knightlab.timelinejs+json',
};

/** What a system does wrong. */
export type Fault =
  | 'is behind'
  | 'lets strangers write'
  | 'refuses events'
  | 'stores twice'
  | 'shows nothing'
  | 'shows other events'
  | 'does not verify'
  | 'ignores corrections'
  | 'forgets the past'
  | 'caches the past shortly'
  | 'sends the wrong type'
  | 'leaves events out of a format'
  | 'has no tag'
  | 'ignores tags'
  | 'caches nothing'
  | 'misses the cache'
  | 'delivers nothing'
  | 'does not delete'
  | 'does not retract'
  | 'responds with nonsense'
  | 'hangs up';

/** A timeline with one event, behind a cache, with a fault. What it takes is in `calls`. */
export async function serveSmallTimeline(fault?: Fault) {
  const calls: string[] = [];
  let headlines: string[] = [];
  let isRetracted = false;
  const has = (...names: Fault[]) => fault !== undefined && names.includes(fault);
  const json = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
    status,
    text: JSON.stringify(body),
    headers,
  });
  const timeline = (query: URLSearchParams, ifNoneMatch: string | undefined) => {
    const asOf = query.has('asOf');
    const shown = has('shows nothing') || (isRetracted && !asOf) ? [] : headlines;
    const headline = asOf && !has('forgets the past') ? shown[0] : shown.at(-1);
    const format = query.get('format') ?? 'json';
    const id = has('shows other events') ? 'evt_other' : 'evt_one';
    const entry = { id, publishedAt: '2026-11-28T00:00:00.000Z', data: { headline } };
    const text =
      format === 'json'
        ? JSON.stringify({ entries: headline === undefined ? [] : [entry] })
        : has('leaves events out of a format') && format === 'rss'
          ? ''
          : `<${format === 'ics' ? headline?.replace(', ', '\\, \r\n ') : headline}>`;
    const tag = `"${text.length}"`;
    const caching = asOf && !has('caches the past shortly') ? 'public, max-age=86400, immutable' : 'public, max-age=1';
    const headers = {
      'content-type': has('sends the wrong type') && format === 'csv' ? 'text/plain' : (mediaTypes[format] ?? ''),
      'cache-control': has('caches nothing') ? 'no-cache' : caching,
      'x-cache': has('misses the cache') ? 'Miss from cloudfront' : 'Hit from cloudfront',
      ...(!has('has no tag') && { etag: tag }),
    };
    return ifNoneMatch === tag && !has('ignores tags')
      ? { status: 304, text: '', headers }
      : { status: 200, text, headers };
  };
  const answer = (method: string, path: string, hasKey: boolean, body: string) => {
    if (path === '/v1/health') return json(200, { status: has('is behind') ? 'behind' : 'ok' });
    if (method !== 'GET' && !hasKey && !has('lets strangers write')) return json(401, { detail: 'A key is needed.' });
    if (method === 'POST' && path === '/v1/events') {
      if (!hasKey) return json(201, {});
      if (has('refuses events')) return json(503, { message: 'Service Unavailable' });
      if (has('responds with nonsense')) return { status: 201, text: '<html>' };
      const isFirst = headlines.length === 0;
      if (isFirst) headlines = [JSON.parse(body).data.headline];
      return json(isFirst || has('stores twice') ? 201 : 200, { id: 'evt_one', revision: 0 });
    }
    if (path === '/v1/events/evt_one/corrections') {
      if (!has('ignores corrections')) headlines.push(JSON.parse(body).data.headline);
      return json(201, { id: 'evt_one', revision: 1 });
    }
    if (path === '/v1/events/evt_one/retraction') {
      isRetracted = !has('does not retract');
      return json(201, { id: 'evt_one', revision: 2 });
    }
    if (method === 'POST' && path === '/v1/webhook-endpoints') return json(201, { id: 'wh_one', status: 'pending' });
    if (method === 'DELETE')
      return has('does not delete') ? json(500, { detail: 'It broke.' }) : { status: 204, text: '' };
    if (path === '/v1/webhook-endpoints/wh_one')
      return json(200, { status: has('does not verify') ? 'pending' : 'active' });
    if (path === '/v1/webhook-endpoints/wh_one/deliveries') {
      return json(200, { deliveries: has('delivers nothing') ? [] : [{ id: 'evt_one_1', status: 'acknowledged' }] });
    }
    return json(404, { detail: 'There is no such route.' });
  };
  const server = await serve((text, path, headers, method = 'GET') => {
    const { pathname, searchParams } = new URL(path, 'http://x');
    if (method !== 'GET' && headers.authorization) calls.push(`${method} ${pathname}`);
    if (has('hangs up') && pathname === '/v1/timeline') return undefined;
    if (pathname === '/v1/timeline') return timeline(searchParams, headers['if-none-match']);
    return answer(method, pathname, headers.authorization === 'Bearer tl_key', text);
  });
  return { ...server, calls };
}
