import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction, Socket, TcpNetConnectOpts } from 'node:net';
import { maximumReceiverHeaderBytes } from '../../../events/input/limits.ts';
import { addressOf, isLoopbackAddress, isPublicAddress } from '../../../events/webhooks/public-address.ts';
import { assertReceiverUrl, hostOf, isLoopbackHost, type ReceiverRules } from '../../../events/webhooks/webhook-url.ts';
import { receiverRules } from '../runtime/environment.ts';
import { DeliveryError } from './delivery-error.ts';
import { answerDespiteFraming } from './doubled-framing.ts';
import { resolveHost } from './resolve-host.ts';

/** The number of headers of a response that are read. */
const maximumHeaders = 200;
/** A receiver may send this many interim responses (1xx) before the final one. */
const maximumInterim = 8;
/** How long a connection may take before the next address of the host is attempted. */
const connectTimeoutMs = 2_000;

export interface GuardedRequest {
  readonly url: string;
  readonly method: 'POST' | 'OPTIONS';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Limits {
  /** For the whole exchange: DNS lookup, connection, TLS, request and response. */
  readonly timeoutMs: number;
  /** The body of the response is read up to this many bytes. */
  readonly maximumBytes: number;
}

/** The response of a receiver. */
export interface GuardedAnswer {
  readonly status: number;
  /** By name in lower case. Node joins repeated headers. */
  readonly headers: http.IncomingHttpHeaders;
  /** The bytes as they arrived, compressed or not, up to the limit. */
  readonly body: Buffer;
}

/** What tests replace. */
interface Environment {
  readonly rules?: ReceiverRules;
  readonly resolve?: (host: string, signal: AbortSignal) => Promise<readonly string[]>;
}

type Phase = 'lookup' | 'connecting' | 'handshake' | 'exchange';

/**
 * An error of an exchange. The last three are of the parser: why it refused the answer, and the bytes that it was
 * parsing.
 */
type ExchangeError = Error & { readonly code?: string; readonly reason?: string; readonly rawPacket?: Buffer };

function targetOf(url: string, rules: ReceiverRules): URL {
  try {
    return assertReceiverUrl(url, rules);
  } catch {
    throw new DeliveryError(isBlockedLiteral(url) ? 'blocked_address' : 'invalid_url');
  }
}

/** Whether the host of a URL is itself a blocked address, or a name of this machine. */
function isBlockedLiteral(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const host = hostOf(new URL(url));
  return isLoopbackHost(host) || (addressOf(host) !== null && !isPublicAddress(host));
}

function failureOf(error: ExchangeError, phase: Phase, signal: AbortSignal): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const { code = '' } = error;
  if (signal.aborted || code === 'ETIMEDOUT') return new DeliveryError('timeout');
  if (phase === 'lookup') return new DeliveryError('dns_error');
  if (phase === 'connecting') return new DeliveryError(code === 'ECONNREFUSED' ? 'refused' : 'connection_error');
  if (phase === 'handshake') return new DeliveryError('tls_error');
  // The reasons of the parser are texts of its own.
  return code.startsWith('HPE_')
    ? new DeliveryError('invalid_answer', error.reason)
    : new DeliveryError('connection_error');
}

/** A lookup function that returns the addresses that were resolved and checked before. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_host, { all }, callback) => {
    const [first] = found;
    if (all) callback(null, found);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** Reads a response to its end, or up to the limit. */
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

/** The response to a request that was started. `enter` is called with each phase of the exchange. */
function answerTo(
  request: ClientRequest,
  isAdmitted: (address: string) => boolean,
  maximumBytes: number,
  enter: (phase: Phase) => void,
): Promise<GuardedAnswer> {
  return new Promise((resolve, reject) => {
    const end = (category: 'blocked_address' | 'connection_error' | 'invalid_answer', rule?: string) =>
      request.destroy(new DeliveryError(category, rule));
    let interim = 0;
    // The head of the answer, but for the bytes that the parser refuses.
    const arrived: Buffer[] = [];
    let arrivedBytes = 0;
    request.on('socket', (socket: Socket) => {
      const keep = (bytes: Buffer) => {
        arrivedBytes += bytes.length;
        if (arrivedBytes <= maximumReceiverHeaderBytes) arrived.push(bytes);
      };
      socket.on('data', keep);
      request.once('response', () => socket.off('data', keep));
      socket.once('connect', () => {
        enter(request.protocol === 'https:' ? 'handshake' : 'exchange');
        // The address is checked again on the connection itself, whatever happened since the lookup.
        if (socket.remoteAddress === undefined) end('connection_error');
        else if (!isAdmitted(socket.remoteAddress)) end('blocked_address');
      });
      socket.once('secureConnect', () => enter('exchange'));
    });
    request.on('information', () => {
      interim += 1;
      if (interim > maximumInterim) end('invalid_answer', 'Too many interim responses');
    });
    // After an upgrade, destroying the request would not close the connection.
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new DeliveryError('invalid_answer', 'It switches protocols'));
    });
    request.on('response', (response) => readAnswer(response, maximumBytes).then(resolve, reject));
    request.on('error', (error: ExchangeError) => {
      const { code = '', rawPacket = Buffer.alloc(0) } = error;
      const answer = answerDespiteFraming(code, Buffer.concat([...arrived, rawPacket]));
      if (answer) resolve({ ...answer, body: answer.body.subarray(0, maximumBytes) });
      else reject(error);
    });
    request.on('close', () => reject(new DeliveryError('connection_error')));
  });
}

/**
 * Sends a request to a URL that a stranger chose. The host must be public: the URL, every address that it resolves to
 * and the connection are checked. Redirects are not followed, nothing is decompressed, connections are not shared, and
 * time and bytes are limited. An answer whose headers say twice how long it is counts by its status.
 *
 * @returns the response, whatever its status
 * @throws {DeliveryError} when there is no response, or the host is not allowed
 */
export async function guardedRequest(
  { url, method, headers, body = '' }: GuardedRequest,
  { timeoutMs, maximumBytes }: Limits,
  { rules = receiverRules(), resolve = resolveHost }: Environment = {},
): Promise<GuardedAnswer> {
  const target = targetOf(url, rules);
  const host = hostOf(target);
  // A public name that resolves to this machine is refused, also where loopback receivers are allowed.
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
      autoSelectFamilyAttemptTimeout: connectTimeoutMs,
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
    throw failureOf(error as ExchangeError, phase, signal);
  } finally {
    request?.destroy();
  }
}
