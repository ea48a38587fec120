/** The response to a probe, as far as it matters. */
export interface Probed {
  readonly status: number;
  readonly date: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: a check looks into whatever the system responds
  readonly body: any;
}

const timeoutMs = 10_000;

/** One read, without another attempt: a doctor wants to see what happens. */
export async function probe(url: string, path: string): Promise<Probed> {
  const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, { signal: AbortSignal.timeout(timeoutMs) });
  const text = await response.text();
  let body = null;
  try {
    body = JSON.parse(text);
  } catch {
    // It is not this API that responds.
  }
  return { status: response.status, date: response.headers.get('date'), body };
}
