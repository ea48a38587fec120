import type { IncomingHttpHeaders } from 'node:http';

/**
 * What the parser says of headers that give the length of a body twice, or in a form that it does not read (RFC 9112,
 * section 6.3). They are dangerous where another answer follows on the same connection, which may then be a part of
 * this one. Here none follows.
 */
const framingErrors = new Set([
  'HPE_INVALID_CONTENT_LENGTH',
  'HPE_INVALID_TRANSFER_ENCODING',
  'HPE_UNEXPECTED_CONTENT_LENGTH',
]);

const endOfLine = '\r\n';
const endOfHead = '\r\n\r\n';
const statusLine = /^HTTP\/1\.[01] (?<status>\d{3})(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const headerLine = /^(?<name>[!#$%&'*+.^_`|~\w-]+):[ \t]*(?<value>[\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;
const chunkSize = /^(?<size>[\dA-Fa-f]{1,8})(?:[ \t]*;[\t\x20-\x7e]*)?\r\n/;
const longestSizeLine = 256;

interface FramedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The body in chunks (RFC 9112, section 7.1), as far as it has arrived. */
function unchunked(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const found = chunkSize.exec(body.toString('latin1', at, at + longestSizeLine));
    const size = Number.parseInt(found?.groups?.size ?? '0', 16);
    if (!found || size === 0) break;
    const start = at + found[0].length;
    chunks.push(body.subarray(start, start + size));
    at = start + size + endOfLine.length;
  }
  return Buffer.concat(chunks);
}

/** The body, if its headers leave no doubt where it ends; otherwise none. */
function bodyOf(rest: Buffer, lengths: readonly string[], isChunked: boolean): Buffer {
  if (isChunked) return unchunked(rest);
  const [length = '', ...others] = lengths;
  const isClear = /^\d{1,15}$/.test(length) && others.every((other) => other === length);
  return isClear ? rest.subarray(0, Number(length)) : Buffer.alloc(0);
}

/**
 * The answer in the bytes that have arrived when the parser refused it, if only its framing headers were at fault: the
 * status line says what the receiver means, however long the body is. The body is what has arrived of it.
 *
 * @param code the code of the parser's error
 * @param raw the bytes of the connection, which may begin with interim responses (1xx)
 * @returns null if the answer is to be refused
 */
export function answerDespiteFraming(code: string, raw: Buffer): FramedAnswer | null {
  if (!framingErrors.has(code)) return null;
  const end = raw.indexOf(endOfHead);
  const isWhole = end >= 0;
  const [first = '', ...lines] = raw.toString('latin1', 0, isWhole ? end : raw.lastIndexOf(endOfLine)).split(endOfLine);
  const status = Number(statusLine.exec(first)?.groups?.status);
  if (!(status >= 100)) return null;
  if (status < 200) return isWhole ? answerDespiteFraming(code, raw.subarray(end + endOfHead.length)) : null;
  const headers: IncomingHttpHeaders = {};
  const lengths: string[] = [];
  for (const line of lines) {
    const { name, value = '' } = headerLine.exec(line)?.groups ?? {};
    if (name === undefined) return null;
    const lower = name.toLowerCase();
    if (lower === 'content-length') lengths.push(...value.split(',').map((one) => one.trim()));
    headers[lower] ??= value;
  }
  const isChunked = /^chunked$/i.test(String(headers['transfer-encoding'] ?? ''));
  const isFramed = isWhole && (isChunked || headers['transfer-encoding'] === undefined);
  const body = isFramed ? bodyOf(raw.subarray(end + endOfHead.length), lengths, isChunked) : Buffer.alloc(0);
  return { status, headers, body };
}
