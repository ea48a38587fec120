/** The response to a probe, as far as it matters. */
export interface Probed {
  readonly status: number;
  readonly date: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: a check looks into whatever the system responds
  readonly body: any;
}

const timeoutMs = 10_000;

/** One request, without another attempt: a doctor wants to see what happens. Nothing is written: what would write is a dry run. */
export async function probe(
  url: string,
  key: string | null,
  path: string,
  method = 'GET',
  sent?: object,
): Promise<Probed> {
  const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
    method,
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(sent && { 'content-type': 'application/json' }),
    },
    ...(sent && { body: JSON.stringify(sent) }),
  });
  const text = await response.text();
  let body = null;
  try {
    body = JSON.parse(text);
  } catch {
    // It is not this API that responds.
  }
  return { status: response.status, date: response.headers.get('date'), body };
}
