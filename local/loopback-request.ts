import type { IncomingHttpHeaders } from 'node:http';

/**
 * Names of this machine, with or without a port. A page on a site whose name resolves to this machine (DNS rebinding)
 * sends the name of its site. Browsers and systems resolve `localhost` and what ends in it to the loopback interface
 * only (RFC 6761, 6.3).
 */
const loopbackHost =
  /^(?:(?:[a-z0-9-]+\.)*localhost\.?|127(?:\.\d{1,3}){3}\.?|\[(?:::1|(?:0{1,4}:){7}0{0,3}1)\])(?::\d{1,5})?$/i;

/** Whether the header `Host` names this machine. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && loopbackHost.test(host);
}

/**
 * Whether a browser sends a request for a page. Browsers add one of these headers to every request that a page can
 * make.
 */
export function isFromPage(headers: IncomingHttpHeaders): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
}
