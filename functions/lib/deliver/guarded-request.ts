import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction, Socket, TcpNetConnectOpts } from 'node:net';
import { maximumReceiverHeaderBytes } from '../../../events/input/limits.ts';
import { addressOf, isLoopbackAddress, isPublicAddress } from '../../../events/webhooks/public-address.ts';
import { assertReceiverUrl, hostOf, isLoopbackHost, type ReceiverRules } from '../../../events/webhooks/webhook-url.ts';
import { receiverRules } from '../runtime/environment.ts';
import { DeliveryError } from './delivery-error.ts';
import { resolveHost } from './resolve-host.ts';

/** Of one response, whatever Node would allow. */
const maximumHeaders = 200;
/** An answer may be announced (1xx) a few times, and must then come. */
const maximumAnnouncements = 8;
/** Before the next address of a host is tried. */
const attemptTimeoutMs = 2_000;

export interface GuardedRequest {
  readonly url: string;
  readonly method: 'POST' | 'OPTIONS';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Limits {
  /** For all of it: name, connection, TLS, request and answer. */
  readonly timeoutMs: number;
  /** What comes after so many bytes of the body is not read. */
  readonly maximumBytes: number;
}

/** What the receiver answered. */
export interface GuardedAnswer {
  readonly status: number;
  /** Names in lower case; repeated ones as Node joins them. */
  readonly headers: http.IncomingHttpHeaders;
  /** As it came, compressed or not, cut where it is too long. */
  readonly body: Buffer;
}

/** What a request needs to know of the world. */
interface Surroundings {
  readonly rules?: ReceiverRules;
  readonly resolve?: (host: string, signal: AbortSignal) => Promise<readonly string[]>;
}

type Phase = 'lookup' | 'connecting' | 'handshake' | 'exchange';

function targetOf(url: string, rules: ReceiverRules): URL {
  try {
    return assertReceiverUrl(url, rules);
  } catch {
    throw new DeliveryError(isBlockedLiteral(url) ? 'blocked_address' : 'invalid_url');
  }
}

/** What is an address itself, or this machine by name, was blocked because of it. */
function isBlockedLiteral(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const host = hostOf(new URL(url));
  return isLoopbackHost(host) || (addressOf(host) !== null && !isPublicAddress(host));
}

function failureOf(error: Error & { code?: string }, phase: Phase, signal: AbortSignal): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const { code = '' } = error;
  if (signal.aborted || code === 'ETIMEDOUT') return new DeliveryError('timeout');
  if (phase === 'lookup') return new DeliveryError('dns_error');
  if (phase === 'connecting') return new DeliveryError(code === 'ECONNREFUSED' ? 'refused' : 'connection_error');
  if (phase === 'handshake') return new DeliveryError('tls_error');
  return new DeliveryError(code.startsWith('HPE_') ? 'invalid_answer' : 'connection_error');
}

/** A look-up that knows only what was looked up, and looked at, before. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_host, { all }, callback) => {
    const [first] = found;
    if (all) callback(null, found);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** Reads an answer to its end, or to where it is cut. */
function readAnswer(response: IncomingMessage, maximumBytes: number): Promise<GuardedAnswer> {
  const { statusCode: status = 0, headers } = response;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = () => resolve({ status, headers, body: Buffer.concat(chunks).subarray(0, maximumBytes) });
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= maximumBytes) finish();
    });
    response.on('end', finish);
    response.on('error', reject);
    response.on('close', () => reject(new DeliveryError('connection_error')));
  });
}

/** The answer to a request that is under way; `told` hears of each phase that it comes to. */
function answerTo(
  request: ClientRequest,
  isAdmitted: (address: string) => boolean,
  maximumBytes: number,
  told: (phase: Phase) => void,
): Promise<GuardedAnswer> {
  return new Promise((resolve, reject) => {
    const end = (category: 'blocked_address' | 'connection_error' | 'invalid_answer') =>
      request.destroy(new DeliveryError(category));
    let announcements = 0;
    request.on('socket', (socket: Socket) => {
      socket.once('connect', () => {
        told(request.protocol === 'https:' ? 'handshake' : 'exchange');
        // What was connected to is looked at again: between the look-up and this nothing may have come.
        if (socket.remoteAddress === undefined) end('connection_error');
        else if (!isAdmitted(socket.remoteAddress)) end('blocked_address');
      });
      socket.once('secureConnect', () => told('exchange'));
    });
    request.on('information', () => {
      announcements += 1;
      if (announcements > maximumAnnouncements) end('invalid_answer');
    });
    // From here on the connection is no longer the request's.
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new DeliveryError('invalid_answer'));
    });
    request.on('response', (response) => readAnswer(response, maximumBytes).then(resolve, reject));
    request.on('error', reject);
    request.on('close', () => reject(new DeliveryError('connection_error')));
  });
}

/**
 * Sends a request to a place that a stranger chose. Only to where anybody on the internet can go, checked on the URL, on every
 * address that its host has, and on the connection; follows no redirect, decompresses nothing, shares no connection, and takes no more
 * time and bytes than it may.
 *
 * @returns the answer, whatever its status
 * @throws {DeliveryError}
 */
export async function guardedRequest(
  { url, method, headers, body = '' }: GuardedRequest,
  { timeoutMs, maximumBytes }: Limits,
  { rules = receiverRules(), resolve = resolveHost }: Surroundings = {},
): Promise<GuardedAnswer> {
  const target = targetOf(url, rules);
  const host = hostOf(target);
  // A public name that leads to this machine is admitted nowhere.
  const isAdmitted = rules.loopback && isLoopbackHost(host) ? isLoopbackAddress : isPublicAddress;
  const signal = AbortSignal.timeout(timeoutMs);
  let phase: Phase = 'lookup';
  let request: ClientRequest | undefined;
  try {
    const addresses = await resolve(host, signal);
    if (!addresses.every(isAdmitted)) throw new DeliveryError('blocked_address');
    phase = 'connecting';
    const options: https.RequestOptions & Pick<TcpNetConnectOpts, 'autoSelectFamilyAttemptTimeout'> = {
      method,
      headers: {
        ...headers,
        'accept-encoding': 'identity',
        connection: 'close',
        ...(method === 'POST' && { 'content-length': String(Buffer.byteLength(body)) }),
      },
      agent: false,
      lookup: lookupOf(addresses),
      autoSelectFamilyAttemptTimeout: attemptTimeoutMs,
      maxHeaderSize: maximumReceiverHeaderBytes,
      insecureHTTPParser: false,
      rejectUnauthorized: true,
      signal,
    };
    request = (target.protocol === 'https:' ? https : http).request(target, options);
    request.maxHeadersCount = maximumHeaders;
    const answer = answerTo(request, isAdmitted, maximumBytes, (next) => {
      phase = next;
    });
    request.end(body);
    return await answer;
  } catch (error) {
    throw failureOf(error as Error, phase, signal);
  } finally {
    request?.destroy();
  }
}
